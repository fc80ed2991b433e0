#!/usr/bin/env bash
# Sets up what `make` targets need: a Python environment from the lock, and libraries of the system.
#   bash requirements/install.sh runtime      what the service and the demo need
#   bash requirements/install.sh semantic     also the model that finds articles by their meaning
#   bash requirements/install.sh model        also what asks a language model
#   bash requirements/install.sh development  also what tests and checks need
# Speaks on standard error only: a caller's standard output belongs to the program it runs afterwards.
set -euo pipefail
exec 1>&2
cd "$(dirname "$0")/.."

kind=${1:?runtime, semantic, model or development}
venv=${VENV:-.venv}
lock=requirements/$kind.txt
mkdir -p build
log=build/install.log

# Two makes at once: the second waits and finds the work done.
exec 9>build/install.lock
if command -v flock >/dev/null; then flock 9; fi

say() { printf '%s\n' "aftercart: $*"; }

fail() {
    say "$1"
    shift
    for line in "$@"; do printf '  %s\n' "$line"; done
    exit 1
}

quietly() {
    if ! "$@" >>"$log" 2>&1 9>&-; then
        tail -n 30 "$log"
        fail "this failed: $*" "the whole story is in $log"
    fi
}

# -- the system ---------------------------------------------------------------------------------------------------

as_root=
if [ "$(id -u)" = 0 ]; then
    as_root=env
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n env"
fi

updated=
has_apt() { command -v apt-get >/dev/null; }

apt_update() {
    [ -n "$updated" ] || quietly $as_root DEBIAN_FRONTEND=noninteractive apt-get -q update
    updated=yes
}

# Installs packages where apt and the right exist; tells what is missing where they do not.
packages() {
    local reason=$1
    shift
    if ! has_apt; then
        fail "$reason is missing." "On Debian or Ubuntu it is in: $*" \
            "Please install what holds it on your system, then run make again."
    fi
    if [ -z "$as_root" ]; then
        fail "$reason is missing." "Please run: sudo apt-get install $*" "Then run make again."
    fi
    say "installing $reason ($*)"
    apt_update
    quietly $as_root DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Options::=--force-confold \
        install --no-install-recommends "$@"
}

apt_knows() { has_apt && apt-cache show "$1" >/dev/null 2>&1; }

# -- Python -------------------------------------------------------------------------------------------------------

fits() {
    command -v "$1" >/dev/null &&
        "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    local name
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if fits "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

python_of_the_system() {
    local name
    if has_apt && [ -n "$as_root" ]; then
        apt_update
        for name in python3.13 python3.12 python3.11; do
            if apt_knows "$name"; then
                packages "Python 3.11, 3.12 or 3.13" "$name" "$name-venv"
                return
            fi
        done
    fi
    fail "Python 3.11, 3.12 or 3.13 is missing." \
        "On Debian 12 or 13 and Ubuntu 24.04: apt-get install python3 python3-venv" \
        "Elsewhere: any of these versions from python.org or your system will do." \
        "One that is not in the PATH can be named: make PYTHON=/path/to/python3.12 …"
}

environment() {
    if [ -x "$venv/bin/python" ] && fits "$venv/bin/python"; then return; fi
    local python
    python=$(find_python) || {
        python_of_the_system
        python=$(find_python)
    }
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        packages "Python's venv" "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    say "making $venv with $("$python" --version)"
    rm -rf "$venv"
    quietly "$python" -m venv "$venv"
}

# The lock is installed again only when it, the project's own description or the Python has changed.
installed() {
    local stamp wanted larger kind_of_lock=$kind
    # A larger lock that was installed already holds what the smaller one has, and stays.
    for larger in development semantic model; do
        # Of the two in the middle neither holds the other.
        [ "$kind" = runtime ] || [ "$larger" = development ] || break
        [ "$kind" != "$larger" ] || break
        [ -f "$venv/.installed-$larger" ] || continue
        kind_of_lock=$larger
        break
    done
    lock=requirements/$kind_of_lock.txt
    wanted=$("$venv/bin/python" --version; cat "$lock" pyproject.toml | sha256sum)
    stamp=$venv/.installed-$kind_of_lock
    if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
    say "installing Python packages from $lock (a minute or two the first time)"
    quietly "$venv/bin/python" -m pip install --disable-pip-version-check --require-hashes -r "$lock"
    quietly "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
    printf '%s' "$wanted" >"$stamp"
}

# -- libraries and programs ---------------------------------------------------------------------------------------

# WeasyPrint draws with these; Python packages do not bring them.
drawing_libraries() {
    "$venv/bin/python" - <<'PYTHON' 2>/dev/null && return
import ctypes
for name in ("gobject-2.0", "pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig"):
    for end in (".so.0", ".so.1"):
        try:
            ctypes.CDLL(f"lib{name}{end}")
            break
        except OSError:
            continue
    else:
        raise SystemExit(name)
PYTHON
    [ -z "$as_root" ] || ! has_apt || apt_update
    local wanted="libpango-1.0-0 libpangoft2-1.0-0"
    # Older releases keep the subsetter inside libharfbuzz0b.
    if apt_knows libharfbuzz-subset0 || ! has_apt; then wanted="$wanted libharfbuzz-subset0"; fi
    packages "the library that draws PDFs (Pango)" $wanted
}

postgresql() {
    if command -v postgres >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; then return; fi
    if has_apt && [ -n "$as_root" ]; then
        packages "PostgreSQL's common files" postgresql-common
        # The suite starts its own server; the system's would only stand in the way.
        quietly $as_root sed -ri 's/^#?(create_main_cluster).*/\1 = false/' /etc/postgresql-common/createcluster.conf
    fi
    packages "PostgreSQL (the suite starts its own server)" postgresql
}

browser() {
    if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then return; fi
    if "$venv/bin/python" -c '
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not pathlib.Path(playwright.chromium.executable_path).exists())' 2>/dev/null; then return; fi
    # Ubuntu has Chromium only as a snap, which does not run in containers; playwright brings its own.
    if has_apt && ! grep -qi '^ID=ubuntu' /etc/os-release; then
        packages "Chromium (for the tests of the pages)" chromium
    else
        say "installing playwright's Chromium (for the tests of the pages)"
        [ -z "$as_root" ] || ! has_apt || quietly $as_root "$PWD/$venv/bin/python" -m playwright install-deps chromium
        quietly "$venv/bin/python" -m playwright install chromium
    fi
}

: >"$log"
environment
installed
drawing_libraries
if [ "$kind" = development ]; then
    command -v pdftotext >/dev/null || packages "poppler (reads PDFs in tests)" poppler-utils
    command -v setpriv >/dev/null || packages "setpriv" util-linux
    postgresql
    browser
fi
