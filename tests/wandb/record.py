#!/usr/bin/env python3
"""Writes a .wandb file with the real client, for tests/unit/test_source_wandb.c.

    python3 -m venv v && v/bin/pip install wandb==0.31.0 && v/bin/python tests/wandb/record.py

makes tests/wandb/VERSION.wandb, VERSION being the client's. Nothing about the machine is in it.
"""
import glob
import math
import os
import shutil
import tempfile

os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_DISABLE_GIT="true",
                  WANDB_DISABLE_CODE="true", WANDB_CONSOLE="off", WANDB_X_DISABLE_STATS="true",
                  WANDB_X_DISABLE_META="true", WANDB_X_DISABLE_MACHINE_INFO="true",
                  WANDB__DISABLE_STATS="true", WANDB__DISABLE_META="true", WANDB_HOST="host",
                  WANDB_USERNAME="nobody", WANDB_PROGRAM="train.py", WANDB_RUN_ID="recorded")

import wandb

here = os.path.dirname(os.path.abspath(__file__))
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    run = wandb.init(project="recorded", dir=folder)
    for i in range(40):
        run.log({"val_acc": i / 40, "loss": 1 / (i + 1), "a": {"b": i, "c": "text"},
                 "nan": math.nan, "inf": -math.inf, "flag": True})
    run.log({"long": "x" * 70000})  # one message over two borders of blocks
    run.summary["best"] = 0.75
    run.finish()
    [path] = glob.glob("wandb/offline-run-*/run-recorded.wandb")
    shutil.copy(path, os.path.join(here, wandb.__version__ + ".wandb"))
