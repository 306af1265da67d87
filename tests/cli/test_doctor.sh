#!/usr/bin/env bash
# `sweep doctor`: each look has its line, for people and for programs; what fails decides the status.
. "$(dirname "$0")/lib.sh"

export LANG=C.UTF-8 LC_ALL=
expect_status 0 sweep doctor
expect_quiet
expect_output "SQLite 3." "PCRE2 10." "sweep-shim" "Linux " "GiB free" "is local" "UTF-8"
! grep -q '^fail' "$out" || fail "something failed here"
lines=$(grep -cE '^(ok|warn)  ' "$out")
expect_status 0 sweep doctor --json
expect_json '.[0] | [length, (map(.status == "ok" or (.remedy | length) > 0) | all)]' "[$lines,true]"
[ -z "$(ls -A)" ] || fail "something was left behind"

# What is wrong is said with what to do.
(ulimit -n 200 && sweep doctor) >"$out"
grep -A1 '^warn  open files' "$out" | grep -q "raise the hard limit" || fail "a low limit is not told"
LC_ALL=C expect_status 0 sweep doctor --json
expect_json '.[0][] | select(.check == "terminal") | .status' '"warn"'
mkdir alone
cp "$(command -v sweep)" alone/
expect_status 1 alone/sweep doctor
expect_output "fail  supervisor" "install both"
expect_status 1 alone/sweep doctor --json
expect_json '.[0] | map(select(.status == "fail") | .check)' '["supervisor"]'
expect_status 2 sweep doctor everything

# --at-boot: the crontab's line does what it says, from a folder whose name is awkward everywhere.
program=$(command -v sweep)
mkdir "100% it's \$HOME"
cd "100% it's \$HOME"
run_sweep 137 <<'YAML'
name: early
command: [sh, -c, 'if [ -e again ]; then exit 0; fi; touch again; kill -9 $(sed -n "s/^pid: //p" sweeps/early/runner.lock)', _, '${x}']
method: grid
parallel: 1
parameters:
  x: {values: [1, 2, 3]}
YAML
expect_status 0 sweep doctor --at-boot
expect_output "resume --all" "systemctl --user enable" "ExecStart=\"$program\" resume --all" \
    "WorkingDirectory=$work/100%% it's \$HOME" RemainAfterExit=yes
sed -n 's/^@reboot //p' "$out" | sed 's/\\%/%/g' >"$base/line"
[ -s "$base/line" ] || fail "no line for a crontab"
(cd / && sh "$base/line") >"$base/said" 2>&1 || fail "the line fails: $(cat "$base/said")"
timeout 30 sh -c 'until sweep list --json | grep -q finished; do sleep 0.1; done' ||
    fail "the sweep was not resumed"
expect_status 0 sweep doctor --at-boot --json
expect_json '.[] | (.crontab | startswith("@reboot cd ")), (.unit | startswith("[Unit]"))' "true
true"
expect_status 2 sweep doctor --at-boot --repair early
