#!/bin/sh
# The steps of the image, one for each of its stages. They need no container engine: `build.sh web`, then
# `build.sh python /somewhere` make the same tree anywhere.
set -eu
cd "$(dirname "$0")/.."

web_dependencies() {
  npm --prefix web ci --no-audit --no-fund --loglevel=error
}

web() {
  npm --prefix web run build --silent
  test -s web/dist/index.html
}

python() {
  prefix=$1
  tools=$(mktemp -d)
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check --require-hashes \
    --requirement infra/requirements-build.lock
  "$tools/bin/uv" venv --quiet --clear --python "$(command -v python3)" "$prefix"
  "$tools/bin/uv" pip sync --quiet --python "$prefix/bin/python" --require-hashes requirements-runtime.lock
  "$tools/bin/uv" build --quiet --wheel --no-build-isolation --python "$tools/bin/python" --out-dir "$tools/wheel" .
  "$tools/bin/uv" pip install --quiet --python "$prefix/bin/python" --no-deps "$tools"/wheel/*.whl
  cp infra/start.sh "$prefix/bin/start"
  rm -rf "$tools"
}

step=$1
shift
case $step in
  web-dependencies) web_dependencies ;;
  web) web ;;
  python) python "$@" ;;
  *) echo "build.sh: no step named $step" >&2; exit 2 ;;
esac
