#!/usr/bin/env bash
# The model with two shim kills as well: 21 million states, 1.1 GB, a minute.
LONG=1 exec "$(dirname "$0")/test_model.sh"
