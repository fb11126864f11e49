# To be sourced: makes the virtual environment that the other scripts run in.

# Prints the first Python that TensorFlow has wheels for.
find_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
            2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.11, 3.12 or 3.13 is needed (TensorFlow has wheels for no other)." \
        "Install one, or name it: PYTHON=/path/to/python3.12 $0" >&2
    exit 2
}

# find_python_version VERSION
#
# Prints a Python of this version, such as 3.12, where there is one.
find_python_version() {
    local candidate
    for candidate in "${PYTHON:-python3}" "python$1" \
        "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python; do
        if "$candidate" -c "import sys; sys.exit(sys.version_info[:2] != (${1/./, }))" \
            2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

# set_up_environment ROOT LOCK...
#
# Makes ROOT/.venv hold what the lock files say and the package itself, editable.
set_up_environment() {
    local root=$1 python=
    if [ ! -x "$root/.venv/bin/python" ]; then
        python=$(find_python)
    fi
    shift
    make_environment "$root" .venv "$python" "$@"
}

# make_environment ROOT VENV PYTHON LOCK...
#
# The same for a virtual environment of any name below ROOT, made with PYTHON if it is
# not there yet. A stamp for each lock holds what was installed: the lock and
# pyproject.toml, which says what the package itself is. While they have not changed there
# is nothing to do.
make_environment() {
    local root=$1 name=$2 python=$3 venv=$1/$2 lock stamp
    shift 3
    if [ ! -x "$venv/bin/python" ]; then
        echo "Making $name with $("$python" --version)." >&2
        rm -rf "$venv"
        "$python" -m venv "$venv"
    fi
    for lock in "$@"; do
        stamp=$venv/installed-${lock##*/}
        if cat "$root/$lock" "$root/pyproject.toml" | cmp -s - "$stamp"; then
            continue
        fi
        echo "Installing $lock into $name; this takes a minute or two, once." >&2
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
            --require-hashes --requirement "$root/$lock" >&2
        # The lock holds the build backend too: nothing unlocked is installed.
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
            --no-deps --no-build-isolation --editable "$root" >&2
        cat "$root/$lock" "$root/pyproject.toml" >"$stamp.new"
        mv "$stamp.new" "$stamp"
    done
}
