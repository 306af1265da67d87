#!/usr/bin/env bash
# Completion: what is offered, and that bash, zsh and fish offer it where they are installed.
. "$(dirname "$0")/lib.sh"

# expect_words LINE WORD...: for the words of LINE, up to the cursor, exactly these are offered.
expect_words() {
    local line=$1 words
    shift
    eval "words=($line)"
    expect_status 0 sweep __complete -- "${words[@]}"
    expect_equal "$(cut -f1 "$out" | sort | paste -sd' ')" "$*" "offered for: $line"
}

mkdir -p nested/deep sweeps
touch nested/a.yaml nested/b.yml nested/other.txt
run_sweep <<'YAML'
name: digits
command: [sh, -c, 'echo "loss: $1"', _, '${x}']
metric: minimize loss
method: grid
parameters:
  x: {values: [1, 2, 3]}
YAML
sed -i 's/name: digits/name: dogs/' space.yaml
expect_status 0 sweep run space.yaml

expect_words "sh" show
expect_words "ex" explain export
expect_words "--v" --version
expect_words "best --form" --format
expect_words "best -" --by --format --help --json --output --within
expect_words "best --format ''" args command env hydra json lightning space yaml
expect_words "best --format=j" --format=json
expect_words "best --format = j" json
expect_words "best --format =" args command env hydra json lightning space yaml
expect_words "best -o ''" :files
expect_words "run --dir=x" :files
expect_words "best ''" digits dogs
expect_words "best --json di" digits
expect_words "best digits ''"
expect_words "check ''" nested/ space.yaml sweeps/
expect_words "check nested/" nested/a.yaml nested/b.yml nested/deep/
expect_words "show ''" 1 2 3 digits/ dogs/
expect_words "log digits/" digits/1 digits/2 digits/3
expect_words "log nothing/"
expect_words "help resu" resume
expect_words "completion ''" bash fish zsh
expect_words "init ''" --
expect_words "init -- pyth" :files
expect_words "nonsense ''"
expect_words "top -n ''"
expect_words "check -- --" 
expect_words "__"

# typed SHELL...: a shell on a terminal, to which standard input is typed. What it wrote is $out.
typed() {
    command_line="typed into $*"
    timeout 60 script -qec "$(printf '%q ' "$@")" /dev/null >"$out" 2>"$err" || true
}

# The tab key completes the command and the option, so that the line asks for a trial's JSON; a part
# of a name in front of a slash stays open.
typed bash --norc --noprofile -i <<'END'
source <(sweep completion bash)
sweep sho	digits/	3 --js	
sweep best --format=com	dig	
exit
END
expect_output '"trial":3,' "_ 1"

if command -v zsh >/dev/null; then
    mkdir zsh
    cat >zsh/.zshrc <<'END'
autoload -Uz compinit && compinit -u -D
source <(sweep completion zsh)
END
    ZDOTDIR=$PWD/zsh typed zsh -d -i <<'END'
sweep sho	digits/3 --js	
sweep best --format=com	dig	
exit
END
    expect_output '"trial":3,' "_ 1"
else
    echo "zsh is not installed: its completion is not checked"
fi

if command -v fish >/dev/null; then
    export HOME=$PWD
    # fish_offers LINE WORD...: fish itself finds these.
    fish_offers() {
        local line=$1
        shift
        expect_status 0 fish -N -c "source (sweep completion fish | psub); complete -C '$line'"
        expect_equal "$(cut -f1 "$out" | sort | paste -sd' ')" "$*" "fish, for: $line"
    }
    fish_offers "sweep sho" show
    fish_offers "sweep best " digits dogs
    fish_offers "sweep best --format=j" --format=json
    fish_offers "sweep show digits/" digits/1 digits/2 digits/3
    fish_offers "sweep run --dir nes" nested/
else
    echo "fish is not installed: its completion is not checked"
fi

expect_status 2 sweep completion tcsh
expect_error "there is no completion for 'tcsh'; there are bash, zsh, fish"
