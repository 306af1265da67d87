#!/usr/bin/env bash
# Pain 11: the space of a started sweep cannot be changed without losing its results.
. "$(dirname "$0")/../cli/lib.sh"

write_space() { # VALUES
    printf '%s\n' 'name: grows' "command: [sh, -c, 'echo loss=\$1', _, '\${x}']" 'metric: minimize loss' \
        'method: grid' "parameters: {x: {values: $1}}" >space.yaml
}
write_space '[1, 2]'
expect_status 0 sweep run space.yaml
write_space '[2, 3, 4]'
expect_status 2 sweep run space.yaml
expect_error "--accept-changes"
expect_status 0 sweep run space.yaml --accept-changes
expect_status 0 sweep export grows
expect_json 'map([.params.x, .state]) | sort' \
    '[[1,"complete"],[2,"complete"],[3,"complete"],[4,"complete"]]'
