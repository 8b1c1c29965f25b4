#!/bin/sh
# Puts the real OpenClaw into .cache/openclaw of this checkout (about 40 s and 840 MB), so that
# tests/bodies/openclaw-real.test.ts can drive it. Never a dependency: a user installs their own.
set -eu

cd "$(dirname "$0")/../.."
target=.cache/openclaw
[ -x "$target/node_modules/.bin/openclaw" ] && exit 0

PATH="$PWD/node_modules/.bin:$PATH"
mkdir -p "$target"
echo '{ "private": true }' >"$target/package.json"
npm install --prefix "$target" --no-fund --no-audit --loglevel=error openclaw@2026.9.6
"$target/node_modules/.bin/openclaw" --version >/dev/null
