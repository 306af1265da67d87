#!/usr/bin/env bash
# Pain 13: the best epoch should be optimised, not the last.
. "$(dirname "$0")/../cli/lib.sh"

# Trial 1 is best at its end, trial 2 was better in the middle.
for reduce in best last; do
    rm -rf sweeps
    run_sweep <<YAML
name: epochs
command: [sh, -c, 'case \$1 in 1) set 0.1 0.2 0.7 ;; 2) set 0.1 0.9 0.3 ;; esac;
    i=0; for v; do i=\$((i + 1)); echo "epoch \$i acc=\$v"; done', _, '\${x}']
metric: {name: acc, goal: maximize, reduce: $reduce, step: epoch}
capture: {epoch: 'epoch (\d+)'}
method: grid
parameters: {x: {values: [1, 2]}}
YAML
    expect_status 0 sweep best --json
    case $reduce in
    best) expect_json '.[0] | [.trial, .value, .step, .last]' '[2,0.9,2,0.3]' ;;
    last) expect_json '.[0] | [.trial, .value]' '[1,0.7]' ;;
    esac
done
