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

# set_up_tables_environment ROOT
#
# Makes ROOT/.venv-tables hold the networks and trees for tables that others made, too.
set_up_tables_environment() {
    local root=$1 python=
    if [ ! -x "$root/.venv-tables/bin/python" ]; then
        python=$(find_python)
    fi
    make_environment "$root" .venv-tables "$python" requirements-tables.lock
    install_torch "$root" .venv-tables
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
            --no-deps --require-hashes --requirement "$root/$lock" >&2
        # The lock holds all that is needed, the build backend too: nothing unlocked is
        # installed.
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
            --no-deps --no-build-isolation --editable "$root" >&2
        cat "$root/$lock" "$root/pyproject.toml" >"$stamp.new"
        mv "$stamp.new" "$stamp"
    done
}

# install_torch ROOT VENV
#
# PyTorch is not in the locks, see scripts/lock. Its wheel for CPUs comes from where pip
# is set up to look, or from PyTorch's own index; elsewhere than on Linux, from PyPI.
install_torch() {
    local python=$1/$2/bin/python version=2.13.0 constraints
    if "$python" -c 'import importlib.util as i, sys; sys.exit(not i.find_spec("torch"))'; then
        return
    fi
    echo "Installing torch $version into $2: a wheel without CUDA, not locked." >&2
    constraints=$(mktemp)
    "$python" -m pip freeze --exclude-editable >"$constraints"
    local install=("$python" -m pip install --quiet --disable-pip-version-check
        --constraint "$constraints")
    if [ "$(uname)" != Linux ]; then
        "${install[@]}" "torch==$version" >&2 && rm "$constraints" && return
    elif "${install[@]}" "torch==$version+cpu" >/dev/null 2>&1 ||
        "${install[@]}" --extra-index-url https://download.pytorch.org/whl/cpu \
            "torch==$version+cpu" >&2; then
        rm "$constraints"
        return
    fi
    rm "$constraints"
    echo "torch cannot be installed: what needs it is left out, and said to be." >&2
}
