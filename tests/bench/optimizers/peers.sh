#!/usr/bin/env bash
# Makes the Python environment of the peers, the other optimisers that bench.py compares with.
#
#     tests/bench/optimizers/peers.sh [FOLDER]       default: build/peers
#
# PyTorch is Debian's (python3-torch, a CPU build), so the environment sees the system's packages;
# PyPI's own torch for Linux is a CUDA build of gigabytes and is never taken. What needs a newer
# torch is installed in its newest version that does not. A peer that does not install is named at
# the end and left out; FOLDER/versions.txt tells what there is.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../../../build/peers}
system_python=/usr/bin/python3

missing=
"$system_python" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
"$system_python" -c 'import torch' 2>/dev/null || missing="$missing python3-torch"
if [ -n "$missing" ]; then
    echo "Debian packages wanted:$missing"
    if [ "$(id -u)" -eq 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing ||
            echo "they do not install: peers that need them are left out"
    fi
fi

[ -x "$folder/bin/python" ] || "$system_python" -m venv --system-site-packages "$folder"
python=$folder/bin/python
# Debian's torch was built with NumPy 1 and does not load with 2; the Ax that goes with it writes
# into what pandas 3 gives out to read.
printf 'numpy<2\npandas<3\n' >"$folder/constraints.txt"
# What pip must never fetch: with it in the constraints a package that wants a newer torch fails.
"$python" -c 'import torch; print("torch==" + torch.__version__)' >>"$folder/constraints.txt" ||
    echo 'torch==0' >>"$folder/constraints.txt"

failed=
# install NAME REQUIREMENT...: one peer; its failure ends nothing.
install() {
    local name=$1
    shift
    "$python" -m pip install --quiet -c "$folder/constraints.txt" "$@" ||
        failed="$failed $name"
}

install tools numpy scipy scikit-learn coco-experiment
install optuna optuna cmaes
install scikit-optimize scikit-optimize
install smac smac
install wandb-sweeps sweeps jsonschema jsonref pyyaml
install ax ax-platform
# HEBO asks for versions of long ago; it works with newer ones of what it imports.
install hebo gpytorch pymoo catboost disjoint-set networkx
install hebo --no-deps HEBO

"$python" -m pip list --format freeze 2>/dev/null |
    grep -iE '^(numpy|scipy|scikit-learn|coco-experiment|optuna|cmaes|scikit-optimize|smac|sweeps|ax-platform|botorch|gpytorch|HEBO|torch)=' |
    tee "$folder/versions.txt"
"$python" -c 'import torch; print("torch==" + torch.__version__)' 2>/dev/null |
    tee -a "$folder/versions.txt"
[ -z "$failed" ] || echo "not installed:$failed"
