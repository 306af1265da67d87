#!/usr/bin/env python3
"""What a commit waits for: the log's own bytes, or also for what others do in the file system.

    tests/bench/log.py [DIRECTORY]

Ten pages and an fdatasync, a thousand times, by turns to a file that grows and to one that is written
over; first alone, then beside a process that makes directories, files and fsyncs as attempts do.
"""
import os, random, shutil, signal, sys, tempfile, time

PAGE, PAGES, COMMITS, PAUSE_S = 4120, 10, 500, 0.01


def make_attempts(root):
    number = 0
    while True:
        number += 1
        os.mkdir(f"{root}/{number}")
        for name in range(6):
            fd = os.open(f"{root}/{number}/{name}", os.O_CREAT | os.O_WRONLY, 0o600)
            os.write(fd, bytes(500))
            if name == 5:
                os.fsync(fd)
            os.close(fd)
        for path in f"{root}/{number}", root:
            fd = os.open(path, os.O_RDONLY)
            os.fsync(fd)
            os.close(fd)
        time.sleep(0.018)


def measure(root):
    files = {name: os.open(f"{root}/{name}", os.O_CREAT | os.O_RDWR, 0o600) for name in ("grows", "over")}
    os.pwrite(files["over"], bytes(PAGE * PAGES * COMMITS), 0)
    os.fsync(files["over"])
    times = {name: [] for name in files}
    for commit in range(COMMITS):
        for name in random.sample(sorted(files), 2):
            for page in range(PAGES):
                os.pwrite(files[name], b"y" * PAGE, (commit * PAGES + page) * PAGE)
            before = time.perf_counter()
            os.fdatasync(files[name])
            times[name].append((time.perf_counter() - before) * 1000)
            time.sleep(PAUSE_S)
    for fd in files.values():
        os.close(fd)
    return {name: sorted(values) for name, values in times.items()}


def report(title, times):
    for name, values in times.items():
        print(f"{title}, {name}: median {values[len(values) // 2]:.2f} ms, 90% "
              f"{values[len(values) * 9 // 10]:.2f} ms, mean {sum(values) / len(values):.2f} ms")
    print(f"{title}: {sum(times['over']) / sum(times['grows']):.2f} times the mean when it is written over")


root = tempfile.mkdtemp(prefix="sweep-log.", dir=sys.argv[1] if len(sys.argv) > 1 else None)
report("alone", measure(root))
child = os.fork()
if child == 0:
    os.mkdir(f"{root}/attempts")
    make_attempts(f"{root}/attempts")
try:
    report("beside attempts", measure(root))
finally:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    shutil.rmtree(root)
