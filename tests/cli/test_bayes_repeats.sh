#!/usr/bin/env bash
# Bayes suggests the same to the last bit: in another process, with any number of threads that
# OpenBLAS is told from outside and whichever of its builds is loaded, wherever memory happens to
# be, in the asker's thread of `run`, and after a resume.
. "$(dirname "$0")/lib.sh"

cat >talk.yaml <<'YAML'
metric: {name: loss, goal: minimize}
method: bayes
seed: 7
parameters:
  x: {min: 0.0, max: 1.0}
  lr: {distribution: log_uniform_values, min: 1.0e-5, max: 0.1}
  y: {min: -3.0, max: 5.0}
  depth: {min: 1, max: 12}
  kind: {values: [a, b, c]}
  momentum: {min: 0.0, max: 0.99, when: "kind = 'a'"}
YAML

# 110 trials of somebody else, so that matrices are large enough to be shared among threads; then
# asks, some of them with others pending, one of which fails.
awk 'BEGIN {
    for (i = 1; i <= 110; i++)
        printf "{\"op\":\"add\",\"params\":{\"x\":%.6f,\"lr\":%.6g,\"y\":%.6f,\"depth\":%d,\"kind\":\"b\"},\"value\":%.9g}\n",
            i * 0.6180339887 % 1, exp(-11.5 + 9 * (i * 0.7548776662 % 1)), 8 * (i * 0.5698402910 % 1) - 3,
            1 + i * 7 % 12, sin(i) + i * 0.6180339887 % 1
    for (i = 111; i <= 122; i++) {
        print "{\"op\":\"ask\"}"
        if (i % 4 == 0)
            printf "{\"op\":\"tell\",\"trial\":%d,\"value\":%.9g}\n", i - 1, cos(i)
        if (i == 116)
            print "{\"op\":\"tell\",\"trial\":114,\"state\":\"failed\"}"
    }
}' >talk.txt

# suggestions VARIABLE=VALUE...: in an environment of its own.
suggestions() {
    command_line="$* sweep ask-tell talk.yaml"
    env "$@" timeout 100 sweep ask-tell talk.yaml <talk.txt 2>"$err" | tee "$out" | grep -o '"params":{[^}]*}'
}

suggestions A=1 >first
expect_equal "$(wc -l <first)" 12 "suggestions"
compare() {
    suggestions "$@" >again || fail "no suggestions"
    diff first again || fail "other suggestions with $*"
}
compare A=1
compare MALLOC_PERTURB_=165 MALLOC_MMAP_THRESHOLD_=100000000
for threads in 1 2 8; do
    compare OPENBLAS_NUM_THREADS=$threads OMP_NUM_THREADS=$threads
done
for folder in /usr/lib/*/openblas-*; do # other builds, where they are installed
    [ -e "$folder/libopenblas.so.0" ] && [ -z "${ASAN_OPTIONS:-}" ] || continue
    compare LD_LIBRARY_PATH="$folder" OPENBLAS_NUM_THREADS=8 OMP_NUM_THREADS=8
done

# --- in the thread of a run, and after a resume -----------------------------------------------
space() {
    cat <<YAML
name: $1
command: [sh, -c, 'echo "loss: \$1"', _, '\${x}']
metric: {name: loss, goal: minimize}
method: bayes
seed: 7
budget: {trials: $2}
parallel: 1
parameters:
  x: {min: 0.0, max: 1.0}
  y: {min: 0.0, max: 1.0}
YAML
}
space whole 12 | run_sweep
space parts 7 | run_sweep
space parts 12 >space.yaml
expect_status 0 sweep run space.yaml --accept-changes
for sweep in whole parts; do
    sweep export $sweep | grep -o '"params":{[^}]*}' >$sweep
done
expect_equal "$(wc -l <whole)" 12 "trials"
diff whole parts || fail "resumed is not as if it had never stopped"

space talk 12 >space.yaml
sed -n 's/.*"x":\([^,}]*\).*/\1/p' whole | awk '{ print "{\"op\":\"ask\"}"; printf "{\"op\":\"tell\",\"trial\":%d,\"value\":%s}\n", NR, $1 }' |
    timeout 60 sweep ask-tell space.yaml 2>"$err" | grep -o '"params":{[^}]*}' >talked
diff whole <(sed -n '1~1p' talked | awk '!seen[$0]++') || fail "not the suggestions of run"
