#!/usr/bin/env bash
# `method: [command, ...]`: a strategy in a process of its own, told again when a sweep goes on, and
# named when it fails.
. "$(dirname "$0")/lib.sh"

# A strategy that keeps nothing: x is the trial's number, and what it was told is in heard.
cat >mine.sh <<'SH'
#!/bin/sh
while read -r line; do
    echo "$line" >>heard
    number=${line#*\"trial\":}
    number=${number%%,*}
    case $line in
    *'"op":"ask"'*) echo "{\"trial\":$number,\"params\":{\"x\":$number,\"opt\":\"adam\"}}" ;;
    *) echo '{"ok":true}' ;;
    esac
done
SH
chmod +x mine.sh

# sweep_file NAME METHOD
sweep_file() {
    cat <<YAML
name: $1
command: [sh, -c, 'echo "loss: \$1"', _, '\${x}', '\${opt}']
metric: minimize loss
method: $2
seed: 7
budget: {trials: 4}
parallel: 1
parameters:
  x: {min: 1, max: 10}
  opt: {values: [sgd, adam]}
  epochs: {value: 3}
YAML
}

sweep_file whole '[./mine.sh]' >space.yaml
expect_status 0 sweep check space.yaml
expect_output "method:  external"
[ ! -e heard ] || fail "check has started the strategy"
expect_status 0 sweep run space.yaml
expect_status 0 sweep export whole
expect_json 'map([.params.x, .params.opt, .value == .params.x])' \
    '[[1,"adam",true],[2,"adam",true],[3,"adam",true],[4,"adam",true]]'
expect_equal "$(sed -n 1p heard)" '{"op":"start","seed":7,"goal":"minimize","parameters":[{"name":"x","min":1.0,"max":10.0,"log":false,"integer":true},{"name":"opt","values":["sgd","adam"]},{"name":"epochs","values":[3]}]}' "first line"
expect_equal "$(sed -n 2,3p heard)" '{"op":"ask","trial":1,"pending":[]}
{"op":"tell","trial":1,"params":{"x":1,"opt":"adam","epochs":3},"state":"complete","value":1.0}' "next lines"
expect_equal "$(wc -l <heard)" 8 "lines heard"

# Another command is another sweep.
sed 's|\[./mine.sh\]|[./mine.sh, again]|' space.yaml >other.yaml
expect_status 2 sweep run other.yaml
expect_error "method"

# Killed in the third trial: a new process is told what the first one was.
rm heard
sweep_file broken '[./mine.sh]' |
    sed 's|echo "loss: $1"|[ -e second ] \|\| [ $1 != 3 ] \|\| { touch second; kill -9 $(sed -n "s/^pid: //p" sweeps/broken/runner.lock); }; &|' >space.yaml
expect_status 137 sweep run space.yaml
expect_status 0 sweep resume broken
expect_equal "$(grep -c '"op":"start"' heard)" 2 "starts"
sed '1,/"op":"start"/d' heard >again # line 1 is the first start
expect_equal "$(sed -n 's/.*"op":"\([a-z]*\)","trial":\([0-9]*\).*/\1 \2/p' again | tr '\n' ';')" \
    "tell 1;tell 2;tell 3;ask 4;" "told again"
expect_status 0 sweep export broken
expect_json 'map(.params.x)' '[1,2,3,4]'

# It is asked by ask-tell too.
answers=$(printf '{"op":"ask"}\n{"op":"tell","trial":1,"value":3}\n{"op":"ask"}\n' |
    sweep ask-tell space.yaml)
expect_equal "$answers" '{"trial":1,"params":{"x":1,"opt":"adam","epochs":3}}
{"ok":true}
{"trial":2,"params":{"x":2,"opt":"adam","epochs":3}}' "answers"

# What ends it, and what is no answer.
number=0
expect_failure() { # METHOD TEXT
    number=$((number + 1))
    sweep_file "bad$number" "$1" >space.yaml
    expect_status 1 sweep run space.yaml
    expect_error "$2" 'when that is mended, go on with `sweep resume`'
}
answer() { echo "[sh, -c, 'while read -r l; do case \$l in *ask*) echo \"\$0\";; *) echo {};; esac; done', '$1']"; }
expect_failure '[./missing.sh]' "missing.sh"
expect_failure '[sh, -c, "exit 3"]' "the strategy 'sh' has ended with exit code 3 instead of answering"
expect_failure "$(answer 'x=3')" "the strategy 'sh' answered x=3: not JSON"
expect_failure "$(answer '[1]')" "answered [1]: expected an object"
expect_failure "$(answer '{"error":"no idea"}')" 'answered {"error":"no idea"}: it gives up'
expect_failure "$(answer '{}')" 'expected {"params":{...}} or {"done":true}'
expect_failure "$(answer '{"params":{"x":11,"opt":"sgd"}}')" "parameter 'x': 11 is not between 1.0 and 10.0"
expect_failure "$(answer '{"params":{"x":1}}')" "parameter 'opt' is missing"
expect_failure "$(answer '{"params":{"x":1,"opt":"sgd","y":1}}')" "there is no parameter 'y'"
expect_failure "$(answer '{"trial":9,"params":{"x":1,"opt":"sgd"}}')" "it was asked for another trial"
printf '{"op":"ask"}\n' | sweep ask-tell space.yaml >"$out" 2>"$err" && fail "ask-tell went on"
expect_error "it was asked for another trial"

# A strategy may say that it is done.
sweep_file done "$(answer '{"done":true}')" >space.yaml
expect_status 1 sweep run space.yaml
expect_status 0 sweep export done
[ ! -s "$out" ] || fail "expected no trial"
for pid in $(our_pids); do
    { tr '\0' ' ' <"/proc/$pid/cmdline" || true; } 2>/dev/null | grep -F -e mine.sh -e 'read -r l' &&
        fail "a strategy was left behind"
done
true
