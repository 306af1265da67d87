"""Results as lines of JSON, appended and never changed. A key tells whether a run is there."""
import json
import os

import problems


def key(record):
    return (record["engine"], record["version"], record["problem"], record["seed"])


def load(paths):
    """Records of the present suite; a line cut short by a kill is passed over."""
    records = []
    for path in paths:
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                try:
                    record = json.loads(line)
                except ValueError:
                    continue
                if record.get("suite") == problems.SUITE:
                    records.append(record)
    return records


class Store:
    """One file that grows, and what is in it and in the files beside it."""

    def __init__(self, path, others=()):
        self.path = path
        self.trials = {}
        for record in load([path, *others]):
            self.note(record)

    def note(self, record):
        if record["status"] != "error":
            done = record["budget"]
            self.trials[key(record)] = max(done, self.trials.get(key(record), 0))

    def has(self, wanted):
        """Whether such a run with at least its budget is there."""
        return self.trials.get(key(wanted), 0) >= wanted["budget"]

    def append(self, record):
        """In one write, so that several runners may share the file."""
        line = json.dumps({"suite": problems.SUITE, **record}, separators=(",", ":")) + "\n"
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)
        self.note(record)
