#!/bin/sh
# Puts the real Hermes Agent, at the version that PyPI ends at, into .cache/hermes of this checkout
# (about 20 s and 230 MB), so that tests can drive it; by the command that people use.
set -eu

cd "$(dirname "$0")/../.."
[ -x .cache/hermes/bin/hermes ] && exit 0

mkdir -p .cache
PATH="$PWD/node_modules/.bin:$PATH"
node scripts/robed.js body install hermes --into .cache/hermes
