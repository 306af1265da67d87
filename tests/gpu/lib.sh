# Shared by the tests of GPUs: boxes that there are not. Sourced after tests/cli/lib.sh.
#
#     nvml <<'END'                   what the stand-in for NVIDIA's library tells from now on
#     driver 535.104.05
#     gpu uuid=GPU-a;name=NVIDIA A100;total=85899345920;used=0
#     END
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"

export FAKE_NVML=$base/nvml
library_path=${LD_LIBRARY_PATH:-}
unset CUDA_VISIBLE_DEVICES ROCR_VISIBLE_DEVICES HIP_VISIBLE_DEVICES CUDA_DEVICE_ORDER

# use_nvml NAME: the stand-in of this name is the box's library; "" for a box without.
use_nvml() { export LD_LIBRARY_PATH=${1:+$BUILD_DIR/fake/$1:}$library_path; }

# A whole change at once: whoever reads meanwhile sees the box before or after.
nvml() {
    cat >"$FAKE_NVML.new"
    mv "$FAKE_NVML.new" "$FAKE_NVML"
}
use_nvml nvml
