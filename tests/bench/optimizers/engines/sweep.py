"""`sweep ask-tell` over pipes; the variant is the method. Options: `sweep` (the program), `yaml`
(lines added to the space's file)."""
import hashlib
import json
import os
import subprocess
import tempfile


def version(options):
    """What `sweep --version` says, and which build it is."""
    said = subprocess.run([options["sweep"], "--version"], capture_output=True, text=True,
                          check=True)
    with open(options["sweep"], "rb") as program:
        build = hashlib.sha256(program.read()).hexdigest()[:8]
    return said.stdout.split()[-1] + "-" + build


class Engine:
    def __init__(self, variant, space, seed, budget, _workers, options):
        text = space.yaml(variant, seed, budget)
        if options.get("yaml"):
            # Keys of the file come after those of the space, at the same level.
            text = text.rstrip()[:-1].rstrip() + ",\n" + options["yaml"] + "\n}\n"
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", prefix="sweep-bench-") as file:
            file.write(text)
            file.flush()
            self.process = subprocess.Popen(
                [options["sweep"], "ask-tell", file.name], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, bufsize=0)
            self.lines = self.process.stdout
            # Its first answer means that the file has been read.
            self.call({"op": "pending"})

    def call(self, request):
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        line = self.read_line()
        if not line:
            raise RuntimeError(f"sweep ended after {request}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{answer['error']} (asked: {request})")
        return answer

    def read_line(self):
        parts = []
        while not parts or not parts[-1].endswith(b"\n"):
            part = os.read(self.lines.fileno(), 65536)
            if not part:
                break
            parts.append(part)
        return b"".join(parts)

    def ask(self):
        answer = self.call({"op": "ask"})
        if "params" not in answer:
            raise RuntimeError(f"no suggestion: {answer}")
        return answer["trial"], answer["params"]

    def preload(self, rows):
        for params, value in rows:
            self.call({"op": "add", "params": params, "value": value})

    def tell(self, handle, _params, value):
        outcome = {"state": "failed"} if value is None else {"value": value}
        self.call({"op": "tell", "trial": handle, **outcome})

    def resident_kib(self):
        """The most memory that it ever held."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
