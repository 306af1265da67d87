#!/usr/bin/env bash
# A command that is not there is warned about before anything is launched.
. "$(dirname "$0")/lib.sh"

# with_command COMMAND [MORE]: a file of it.
with_command() {
    printf '%s\n' "command: $1 \${args}" 'method: grid' 'parameters: {x: {values: [1]}}' "${2:-}" >space.yaml
}

mkdir bin empty
printf '#!/bin/sh\n' >bin/pithon3
printf '#!/bin/sh\n' >tool.sh
chmod +x bin/pithon3
PATH=$work/bin:$PATH

with_command pithon
expect_status 0 sweep check space.yaml
expect_error "warning: there is no program 'pithon' on the PATH, but there is 'pithon3'"
with_command pithon3
expect_status 0 sweep check space.yaml
expect_quiet
with_command pithon3 'trial: {env: {PATH: /nowhere}}'
expect_status 0 sweep check space.yaml
expect_error "there is no program 'pithon3' on the PATH"

with_command ./tool.sh
expect_status 0 sweep check space.yaml
expect_error "./tool.sh cannot be executed; make it executable (chmod +x)"
with_command ./tool.sh 'trial: {workdir: empty}'
expect_status 0 sweep check space.yaml
expect_error "there is no program ./empty/./tool.sh"
with_command ./tool.sh 'trial: {workdir: nowhere}'
expect_status 0 sweep check space.yaml
expect_error "there is no directory ./nowhere for the trials to run in"
with_command 'tools/${x}'
expect_status 0 sweep check space.yaml
expect_quiet

with_command pithon
expect_status 1 sweep run space.yaml
expect_error "there is no program 'pithon'"
expect_status 1 sweep run space.yaml # said once: the sweep is there
expect_quiet
