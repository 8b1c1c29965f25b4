#!/bin/sh
# Puts the real Hermes Agent, at the version that PyPI ends at, into .cache/hermes of this checkout
# (about 20 s and 230 MB), so that tests/bodies/hermes-real.test.ts can drive it.
set -eu

cd "$(dirname "$0")/../.."
target=.cache/hermes
[ -x "$target/bin/hermes" ] && exit 0

for python in python3.11 python3.12 python3.13 python3; do
  command -v "$python" >/dev/null 2>&1 || continue
  "$python" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && break
  python=
done
if [ -z "${python:-}" ]; then
  echo 'expected a Python from 3.11 to 3.13 with venv (Debian: apt-get install python3-venv)' >&2
  exit 1
fi

mkdir -p .cache
rm -rf "$target"
"$python" -m venv "$target"
"$target/bin/pip" install --quiet --disable-pip-version-check hermes-agent==0.19.0 aiohttp
"$target/bin/hermes" --help >/dev/null
