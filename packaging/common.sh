# Shared by run.sh and test.sh: makes .venv/ from uv.lock, installing what a bare Debian 12 lacks.
# Sourced with `set -eu` in force and the repository's root as the working folder.

UV_VERSION=0.13.9
TOOLS=.tools

have() { command -v "$1" >/dev/null 2>&1; }

apt_install() { # apt_install PACKAGE...: only as root, only what is missing
    [ "$(id -u)" = 0 ] && have apt-get || return 0
    missing=""
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >&2
    # shellcheck disable=SC2086
    apt-get install -y -q --no-install-recommends $missing >&2
}

find_uv() { # prints the path of a uv, installing one from PyPI when there is none
    if have uv && uv --version >/dev/null 2>&1; then command -v uv; return; fi
    if [ -x "$TOOLS/bin/uv" ]; then echo "$PWD/$TOOLS/bin/uv"; return; fi
    if ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then apt_install python3-venv; fi
    if python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then
        python3 -m venv "$TOOLS" >&2
        "$TOOLS/bin/python" -m pip install -q --disable-pip-version-check "uv==$UV_VERSION" >&2
    elif python3 -m pip --version >/dev/null 2>&1; then
        python3 -m pip install -q --target "$TOOLS/lib" "uv==$UV_VERSION" >&2
        mkdir -p "$TOOLS/bin" && ln -sf ../lib/bin/uv "$TOOLS/bin/uv"
    else
        echo "hengchi: neither uv nor pip nor python3-venv is here, and only root can install it: apt-get install python3-venv" >&2
        exit 1
    fi
    echo "$PWD/$TOOLS/bin/uv"
}

prepare() { # prepare GROUP: system packages and .venv, quick when nothing changed
    have python3 || apt_install python3
    stamp=".venv/.hengchi-$1"
    want=$(cat uv.lock pyproject.toml packaging/common.sh | sha256sum | cut -d' ' -f1)
    if [ -x .venv/bin/hengchi ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then return; fi
    apt_install ca-certificates libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libglib2.0-0 \
        libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 \
        libxcb-xinerama0 libxcb-xkb1 fontconfig fonts-noto-cjk
    [ "$1" = dev ] && apt_install poppler-utils git softhsm2 age nodejs postgresql
    uv=$(find_uv)
    if [ "$1" = dev ]; then set -- --group dev --extra server; else set -- --no-dev --inexact; fi
    set -- "$@" --extra authoring
    # --inexact: what a developer installed stays when the program is merely run
    # the system's certificates: an agency's own proxy is trusted there and nowhere else
    UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1
    export UV_SYSTEM_CERTS UV_NATIVE_TLS
    UV_PYTHON_DOWNLOADS=never "$uv" sync -q --frozen --python 3.11 "$@" >&2 ||
        "$uv" sync -q --frozen "$@" >&2
    echo "$want" >"$stamp"
}
