# What a fresh Debian or Ubuntu machine needs, and how it gets it: sourced by tests/run.sh and
# examples/quickstart.sh, so that the list of packages stands in one place.
#
#     . "$root/tests/support/install.sh"
#     install_packages "$install" $build_packages

# To build and use the program.
build_packages="build-essential cmake ninja-build pkg-config libyaml-dev libsqlite3-dev
    libpcre2-dev libjansson-dev libgsl-dev libopenblas-serial-dev"

# To test it. The versions of clang-format and of clang's runtime are fixed, because what the first
# calls well formatted changes from one to the next.
test_packages="libcmocka-dev clang-format-14 clang-tidy clang libclang-rt-14-dev spin valgrind
    strace sqlite3 jq procps scdoc mandoc zsh fish python3-jsonschema python3-yaml runc busybox-static
    slurm-wlm slurm-wlm-basic-plugins munge iproute2"

is_installed() {
    case $(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null) in
    ?i*) return 0 ;;
    *) return 1 ;;
    esac
}

# Run a command as root, or say why that is not possible.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif command -v sudo >/dev/null; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        echo "neither root nor sudo; as root, run: $*" >&2
        return 1
    fi
}

# Run apt-get; its output is shown only if it fails.
quiet_apt() {
    local log status=0
    log=$(mktemp)
    as_root apt-get -q -y -o Dpkg::Use-Pty=0 "$@" </dev/null >"$log" 2>&1 || status=$?
    [ "$status" -eq 0 ] || tail -n 20 "$log" >&2
    rm -f "$log"
    return "$status"
}

# install_packages yes|no PACKAGE...: install those that are missing; with "no" only name them.
# What the distribution does not have is named and left out.
install_packages() {
    local install=$1 package missing="" known="" unknown=""
    shift
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "no apt-get here; these Debian packages or their like are taken to be there: $*"
        return 0
    fi
    for package in "$@"; do
        is_installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if [ "$install" = no ]; then
        echo "not installed:$missing"
        return 0
    fi
    echo "installing with apt-get:$missing"
    quiet_apt update || return 1
    for package in $missing; do
        if apt-cache show "$package" >/dev/null 2>&1; then
            known="$known $package"
        else
            unknown="$unknown $package"
        fi
    done
    [ -z "$unknown" ] || echo "not in this distribution, left out:$unknown"
    [ -z "$known" ] || quiet_apt install --no-install-recommends $known
}
