#!/usr/bin/env bash
# What GPUs there are, by NVIDIA's library and by nvidia-smi, on boxes of every kind.
. "$(dirname "$0")/lib.sh"

# gpus FILTER EXPECTED: a fact of what `doctor --gpus --json` tells.
gpus() {
    expect_status 0 sweep doctor --gpus --json
    expect_quiet
    expect_json ".[0] | $1" "$2"
}
SHOWN='[.gpus[].uuid]'

# --- without any, and with a library that does not work -------------------------------------------
use_nvml ""
gpus '[.source, .hidden, (.gpus | length)]' '[null,0,0]'
expect_status 0 sweep doctor --gpus
expect_output "no GPU"
use_nvml nvml
nvml <<<"driver 1"
gpus '.gpus' '[]'
nvml <<<"init 9"
expect_status 1 sweep doctor --gpus
expect_error "Driver Not Loaded"
expect_status 0 sweep doctor
expect_output "warn  GPUs"

# --- NVIDIA's library ------------------------------------------------------------------------------
nvml <<END
driver 535.104.05
gpu uuid=GPU-aaa;name=NVIDIA A100-SXM4-80GB;bus=00000000:01:00.0;total=85899345920;used=1000;busy=3;celsius=41;power=62300;energy=5;ecc=0;pids=
gpu uuid=GPU-abb;name=NVIDIA A100;total=85899345920;used=9000000000;pids=$$
gpu uuid=GPU-acc;name=NVIDIA A100;total=85899345920;used=9000000000
gpu uuid=GPU-add;lost=15
gpu uuid=GPU-aee
END
gpus "$SHOWN" '["GPU-aaa","GPU-abb","GPU-acc","","GPU-aee"]'
gpus '[.gpus[] | .state]' '["free","busy","busy","unusable","free"]'
gpus '[.source, .driver]' '["NVML","535.104.05"]'
gpus '.gpus[0] | [.memory_bytes, .used_bytes, .busy_percent, .temperature_c, .power_mw, .energy_mj, .ecc_errors]' \
    '[85899345920,1000,3,41,62300,5,0]'
gpus '.gpus[4] | [.memory_bytes, .used_bytes, .busy_percent, .ecc_errors]' '[null,null,null,null]'
gpus '.gpus[1].pids' "[$$]"
expect_status 0 sweep doctor --gpus
expect_output "5 GPUs, 2 free (NVML, driver 535.104.05)" "process $$ (bash,"\
    "8.3 GiB are taken, by a process that we cannot see" "fallen off the bus" "62 W"
expect_status 0 sweep doctor
expect_output "5, 2 of them free"

# An old library that has five functions and no more; one that lacks one of these is no library.
use_nvml nvml_old
gpus "$SHOWN" '["GPU-aaa","GPU-abb","GPU-acc","","GPU-aee"]'
gpus '[.driver, .gpus[0].name]' '[null,""]'
use_nvml nvml

# Records of both lengths that drivers wrote: the pids of processes that exist tell them apart.
for stride in 24 32; do
    nvml <<END
stride $stride
gpu uuid=GPU-a;pids=$$,$BASHPID,1
END
    gpus '.gpus[0].pids' "[$$,$BASHPID,1]"
done
nvml <<<"gpu uuid=GPU-a;pids=$(seq -s, 4000001 4000040)"
gpus '.gpus[0].pids | length' 32

# As many as there can be.
for i in $(seq 10 25); do echo "gpu uuid=GPU-$i;name=H100;total=80000000000;used=0;pids="; done | nvml
gpus '[(.gpus | length), .gpus[15].uuid, .gpus[15].index]' '[16,"GPU-25",15]'

# --- MIG -------------------------------------------------------------------------------------------
nvml <<END
gpu uuid=GPU-a;name=A100;total=85899345920;used=0;mig=1;pids=
part uuid=MIG-1;total=10737418240;used=0;pids=
part uuid=MIG-2;total=10737418240;used=0;pids=$$
gpu uuid=GPU-b;name=A100;total=85899345920;used=0;mig=1
gpu uuid=GPU-c;name=A100;total=85899345920;used=0;mig=0;pids=
END
gpus "$SHOWN" '["MIG-1","MIG-2","GPU-b","GPU-c"]'
gpus '[.gpus[] | .state]' '["free","busy","unusable","free"]'
gpus '[.gpus[] | .index]' '[0,0,1,2]'
gpus '.gpus[0] | [.memory_bytes, .name]' '[10737418240,"A100"]'
CUDA_VISIBLE_DEVICES=MIG-2,2 gpus "$SHOWN" '["MIG-2","GPU-c"]'
CUDA_VISIBLE_DEVICES=0,2 gpus "$SHOWN" '["MIG-1","GPU-c"]'

# --- what others let us see ------------------------------------------------------------------------
for id in aaa aab acc; do echo "gpu uuid=GPU-$id;total=80000000000;used=0;pids="; done | nvml
# VALUE|what is left of GPU-aaa, GPU-aab, GPU-acc
while IFS='|' read -r value left; do
    CUDA_VISIBLE_DEVICES=$value gpus "$SHOWN" "$left"
done <<'END'
|[]
0|["GPU-aaa"]
2,0|["GPU-acc","GPU-aaa"]
 1 , 2|["GPU-aab","GPU-acc"]
0,2,-1,1|["GPU-aaa","GPU-acc"]
0,0,1|["GPU-aaa"]
1,7,0|["GPU-aab"]
GPU-aab,GPU-aaa|["GPU-aab","GPU-aaa"]
GPU-ac|["GPU-acc"]
GPU-aa|[]
NoDevFiles|[]
0,,1|["GPU-aaa"]
GPU-acc,GPU-zzz,GPU-aaa|["GPU-acc"]
99999999999999999999|[]
END
CUDA_VISIBLE_DEVICES=1 gpus .hidden 2
CUDA_VISIBLE_DEVICES='' expect_status 0 sweep doctor --gpus
expect_output "no GPU; 3 more that CUDA_VISIBLE_DEVICES"

# --- nvidia-smi ------------------------------------------------------------------------------------
use_nvml ""
mkdir "$base/tools"
cat >"$base/tools/nvidia-smi" <<'END'
#!/bin/sh
# Prints the file that is called like what is asked for.
case $1 in
--query-gpu=*) exec cat "$FAKE_SMI/gpus" ;;
--query-compute-apps=*) exec cat "$FAKE_SMI/apps" ;;
-L) exec cat "$FAKE_SMI/list" ;;
esac
exit 2
END
chmod +x "$base/tools/nvidia-smi"
export PATH="$base/tools:$PATH" FAKE_SMI=$base/smi
mkdir "$FAKE_SMI"
cat >"$FAKE_SMI/gpus" <<'END'
0, GPU-aaa, 00000000:01:00.0, NVIDIA GeForce RTX 3090, 24576, 310, 7, 44, 31.42, [N/A], [N/A]
1, GPU-abb, 00000000:02:00.0, NVIDIA A100, 40960, 4, [N/A], [Unknown Error], [Not Supported], 0, Enabled
2, GPU-acc, 00000000:03:00.0, NVIDIA A100, 40960, Insufficient Permissions, N/A, 30, 50, 0, Disabled
3, [Unknown Error], 00000000:04:00.0
END
cat >"$FAKE_SMI/list" <<'END'
GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-aaa)
GPU 1: NVIDIA A100 (UUID: GPU-abb)
  MIG 3g.20gb     Device  0: (UUID: MIG-1)
  MIG 3g.20gb     Device  1: (UUID: MIG-2)
GPU 2: NVIDIA A100 (UUID: GPU-acc)
END
echo "GPU-acc, $$" >"$FAKE_SMI/apps"
gpus '[.source, .gpus[0].name, .gpus[0].memory_bytes, .gpus[0].power_mw, .gpus[0].ecc_errors]' \
    '["nvidia-smi","NVIDIA GeForce RTX 3090",25769803776,31420,null]'
gpus '[.gpus[] | [.uuid, .state]]' \
    '[["GPU-aaa","free"],["MIG-1","free"],["GPU-acc","busy"],["","unusable"],["MIG-2","free"]]'
: >"$FAKE_SMI/gpus"
gpus .gpus '[]'
printf '#!/bin/sh\nexit 9\n' >"$base/tools/nvidia-smi"
expect_status 1 sweep doctor --gpus
expect_error "nvidia-smi exits with status 9"
