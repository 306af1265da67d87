#!/usr/bin/env python3
"""The client of a fake engine, called docker, podman or apptainer: it writes down what it is told,
and asks fake_daemon.py; apptainer has no daemon and executes the command itself.

Below $FAKE_ENGINE: `calls` gets a JSON line a call; `images` has a file for each image that is
there; the daemon answers at `socket`. A file `down` there is a daemon that cannot be reached,
`hang` one that never answers; `code` is what `run` exits with, before anything is started.
"""
import json
import os
import socket
import sys
import time

DIR = os.environ["FAKE_ENGINE"]
NAME = os.path.basename(sys.argv[0])


def has(name):
    return os.path.exists(os.path.join(DIR, name))


def write_down():
    variables = {k: v for k, v in os.environ.items() if k.startswith(("SWEEP_", "APPTAINERENV_"))}
    line = json.dumps([NAME] + sys.argv[1:]) + "\t" + json.dumps(variables) + "\n"
    calls = os.open(os.path.join(DIR, "calls"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(calls, line.encode())


def give_up(text, code):
    print("%s: %s" % (NAME, text), file=sys.stderr)
    sys.exit(code)


def connect():
    if has("hang"):
        time.sleep(3600)
    connection = socket.socket(socket.AF_UNIX)
    try:
        if has("down"):
            raise OSError
        connection.connect(os.path.join(DIR, "socket"))
    except OSError:
        give_up("Cannot connect to the daemon. Is it running?", 125 if sys.argv[1] == "run" else 1)
    return connection


def ask(**request):
    connection = connect()
    connection.sendall(json.dumps(request).encode() + b"\n")
    for line in connection.makefile():
        yield json.loads(line)


def ask_once(**request):
    for reply in ask(**request):
        if "error" in reply:
            give_up("Error response from daemon: " + reply["error"], reply["code"])
        return reply
    return give_up("the daemon is gone", 1)


def split(words):
    """The options, which are one word each, the image, and the command."""
    count = 0
    while words[count].startswith("-"):
        count += 1
    return words[:count], words[count], words[count + 1:]


def values(options, name):
    return [option.split("=", 1)[1] for option in options if option.startswith(name + "=")]


def run(words):
    options, image, command = split(words)
    if not has("images/" + image):
        give_up("Error response from daemon: No such image: " + image, 125)
    if has("code"):
        give_up("Error response from daemon: something is wrong", int(open(DIR + "/code").read()))
    environment = {"PATH": os.environ["PATH"]}
    for entry in values(options, "--env"):
        name, equals, value = entry.partition("=")
        if equals or name in os.environ:
            environment[name] = value if equals else os.environ[name]
    for reply in ask(op="run", name=values(options, "--name")[0], argv=command, env=environment,
                     cwd=values(options, "--workdir")[0]):
        if "out" in reply:
            sys.stdout.write(reply["out"])
            sys.stdout.flush()
        if "error" in reply:
            give_up("Error response from daemon: " + reply["error"], reply["code"])
        if "code" in reply:
            sys.exit(reply["code"])
    give_up("error waiting for container: unexpected EOF", 125)


def apptainer(words):
    options, image, command = split(words)
    if not os.path.exists(image):
        give_up("FATAL:   could not open image " + image, 255)
    prefix = "APPTAINERENV_"
    environment = {k[len(prefix):]: v for k, v in os.environ.items() if k.startswith(prefix)}
    environment.setdefault("PATH", os.environ["PATH"])
    os.chdir(values(options, "--pwd")[0])
    try:
        os.execvpe(command[0], command, environment)
    except OSError:
        give_up('FATAL:   "%s": executable file not found in $PATH' % command[0], 255)


def main():
    write_down()
    verb, words = sys.argv[1], sys.argv[2:]
    if NAME == "apptainer":
        print("apptainer version 1.3.4") if verb == "version" else apptainer(words)
    elif verb == "run":
        run(words)
    elif verb == "info":
        connect()
        print("27.0.1 [name=seccomp,profile=builtin%s]" % (" name=rootless" * has("rootless")))
    elif verb == "image":
        sys.exit(0 if has("images/" + words[-1]) else "No such image: " + words[-1])
    elif verb == "ps":
        print("\n".join(next(ask(op="list"))["names"]))
    elif verb == "kill":
        ask_once(op="kill", name=words[-1], signal=words[0].split("=")[1])
    elif verb == "rm":
        ask_once(op="rm", name=words[-1])


main()
