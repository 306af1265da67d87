#!/usr/bin/env python3
"""The daemon of a fake engine: what it runs are its own children, and nobody else's.

    fake_daemon.py DIR          until DIR/stop is made; listens on DIR/socket

One JSON line a connection: {"op": "run", "name": ..., "argv": [...], "env": {...}, "cwd": ...} is
answered by {"out": TEXT} lines and at last {"code": N}, or {"error": TEXT, "code": N}; {"op":
"kill", "name", "signal"}, {"op": "rm", "name"}, {"op": "list"} by one line. DIR/ledger gets
`+ NAME PID` before a container is started and `- NAME` when nothing of it is left.

A container leaves the mark of sweep's trials out of its environment, as if it were the process of
another user: whoever wants to end it has to ask us. DIR/slow_create and DIR/slow_remove, each a
number of seconds, are waited for before a container is there, and before it is gone.
"""
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time

DIR = sys.argv[1]
containers = {}
lock = threading.Lock()


def note(line):
    with open(os.path.join(DIR, "ledger"), "a") as ledger:
        ledger.write(line + "\n")


def pause(name):
    """As long as the file says, or until it is removed."""
    path = os.path.join(DIR, name)
    try:
        end = time.monotonic() + float(open(path).read())
    except OSError:
        return
    while time.monotonic() < end and os.path.exists(path):
        time.sleep(0.01)


def kill_group(process, number):
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def group_lives(process):
    try:
        os.killpg(process.pid, 0)
        return True
    except ProcessLookupError:
        return False


def watch(name, process):
    """Its first process has ended, so does the rest; then it is gone."""
    process.wait()
    kill_group(process, signal.SIGKILL)
    while group_lives(process):
        time.sleep(0.005)
    pause("slow_remove")
    with lock:
        note("- " + name)
        del containers[name]


def answer(connection, message):
    try:
        connection.sendall(json.dumps(message).encode() + b"\n")
    except OSError:
        pass  # its client is dead; what it asked for goes on


def run(connection, request):
    name = request["name"]
    pause("slow_create")
    if select.select([connection], [], [], 0)[0]:
        return  # to create and to start are two requests, and its client is dead
    environment = {k: v for k, v in request["env"].items() if k != "SWEEP_TOKEN"}
    read_end, write_end = os.pipe()
    with lock:
        if name in containers:
            return answer(connection, {"error": "the name is in use", "code": 125})
        try:
            process = subprocess.Popen(request["argv"], stdin=subprocess.DEVNULL, stdout=write_end,
                                       stderr=write_end, cwd=request["cwd"], env=environment,
                                       start_new_session=True, close_fds=True)
        except PermissionError as error:
            return answer(connection, {"error": "exec: %s" % error, "code": 126})
        except OSError as error:
            return answer(connection, {"error": "exec: %s" % error, "code": 127})
        finally:
            os.close(write_end)
        containers[name] = process
        note("+ %s %d" % (name, process.pid))
    watcher = threading.Thread(target=watch, args=(name, process))
    watcher.start()
    with os.fdopen(read_end, "rb", buffering=0) as output:
        while True:
            piece = output.read(65536)
            if not piece:
                break
            answer(connection, {"out": piece.decode("utf-8", "replace")})
    watcher.join()
    code = process.returncode
    answer(connection, {"code": code if code >= 0 else 128 - code})


def serve(connection):
    with connection:
        request = json.loads(connection.makefile().readline() or "{}")
        operation, name = request.get("op"), request.get("name")
        if operation == "run":
            return run(connection, request)
        with lock:
            process = containers.get(name)
            names = list(containers)
        if operation == "list":
            return answer(connection, {"names": names})
        if process is None:
            return answer(connection, {"error": "No such container: %s" % name, "code": 1})
        if operation == "kill":
            os.kill(process.pid, getattr(signal, "SIG" + request["signal"]))
            return answer(connection, {"code": 0})
        kill_group(process, signal.SIGKILL)
        while name in containers:
            time.sleep(0.005)
        return answer(connection, {"code": 0})


def main():
    path = os.path.join(DIR, "socket")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    listener.settimeout(0.1)
    while not os.path.exists(os.path.join(DIR, "stop")):
        try:
            connection, _ = listener.accept()
        except socket.timeout:
            continue
        connection.settimeout(None)
        threading.Thread(target=serve, args=(connection,), daemon=True).start()
    for process in list(containers.values()):
        kill_group(process, signal.SIGKILL)
    os.unlink(path)
    os._exit(0)


main()
