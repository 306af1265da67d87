"""Fits one number to the mean of a column of /data/digits.csv by gradient descent: plain Python, in
whatever image has it. What is saved in SWEEP_CHECKPOINT_DIR belongs to the user outside."""
import argparse
import os

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
parser.add_argument("--steps", type=int)
options = parser.parse_args()

with open(os.environ.get("DATA", "/data") + "/digits.csv") as file:
    column = [float(line.split(",")[20]) for line in file]
guess = 0.0
for step in range(options.steps):
    error = sum(guess - value for value in column) / len(column)
    guess -= options.lr * error
    print(f"step {step} loss: {error * error:.6f}", flush=True)
with open(os.environ["SWEEP_CHECKPOINT_DIR"] + "/guess", "w") as file:
    file.write(f"{guess}\n")
