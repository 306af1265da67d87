#!/usr/bin/env bash
# The manual pages: each command and each key has its place, and mandoc has nothing to say.
. "$(dirname "$0")/lib.sh"

for tool in scdoc mandoc; do
    command -v $tool >/dev/null || {
        echo "$tool is not installed: manual pages are not checked"
        exit 77
    }
done

"$SOURCE_DIR/src/cli/manual/man/make.sh" sweep scdoc pages
expect_status 0 sweep help --all
commands=$(sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' "$out")
[ -n "$commands" ] || fail "no commands"
for command in $commands; do
    [ -s "pages/sweep-$command.1" ] || fail "no page of $command"
done
expect_equal "$(ls pages/*.1 | wc -l)" "$(($(wc -w <<<"$commands") + 1))" "pages of commands"

# Where paragraphs begin is scdoc's affair: mandoc finds some of its .PP needless.
mandoc -Tlint -Wwarning pages/*.1 pages/*.5 | grep -v 'skipping paragraph macro' >complaints || true
[ ! -s complaints ] || fail "mandoc complains: $(cat complaints)"

# show PAGE: its words in one line, without overstriking.
show() { mandoc -Tutf8 "pages/$1" | sed 's/.\x08//g' | tr -s ' \n' ' '; }

show sweep-run.1 >run
expect_in run "sweep run [OPTIONS] FILE" "--on-term detach|stop" "What SIGTERM does" "SIGNALS" \
    "Ctrl-C once lets running trials finish"
show sweep-init.1 >init
expect_in init "sweep init [OPTIONS] [-- COMMAND ...]" \
    "sweep init -- python train.py --lr 0.001 --batch-size 64 --epochs 30"
show sweep.1 >program
expect_in program "EXIT STATUS" "SWEEP_PARAMS" "sweep-best(1)" "130"
show sweep-space.5 >space
expect_in space "goal: minimize or maximize" "Left out: minimize." "int_uniform" \
    "lr: {min: 1.0e-5, max: 1.0e-1, log: true}" "Weights & Biases: description" "sobol" \
    "\${name:-default}" "run_cap"

expect_status 4 sweep man sweep-nothing.1
expect_error "there is no page 'sweep-nothing.1'"
# A reader's words are no signs: a star, an underline or a dot in a table reaches the page.
printf '# PROSE\n\nSome \\_words\\_.\n' >prose
sweep man sweep-top.1 <prose | scdoc >page
mandoc -Tutf8 page | sed 's/.\x08//g' >shown
expect_in shown "PROSE" "Some _words_." "sweep(1)"
