#!/usr/bin/env bash
# Pain 18: a trial that runs out of GPU memory is one failure among others, or ends the search.
. "$(dirname "$0")/../cli/lib.sh"

run_sweep <<'YAML'
name: large
command: [sh, -c, '[ $1 -lt 3 ] || { echo "torch.cuda.OutOfMemoryError: CUDA out of memory."; exit 1; }; echo acc=0.$1', _, '${batch}']
metric: maximize acc
method: grid
trial: {retries: 2}
parameters: {batch: {values: [1, 3, 4, 5, 2]}}
YAML
expect_status 0 sweep export large
expect_json 'map([.params.batch, .reason, .attempts])' \
    '[[1,null,1],[3,"gpu_memory",1],[4,"gpu_memory",1],[5,"gpu_memory",1],[2,null,1]]'
