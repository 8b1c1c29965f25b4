#!/bin/sh
# Brings what `npm run bench` measures Robed against: Debian's packages, where this may install them
# (without root they are only named), and npm's into .cache/peers of this checkout (about 10 s and
# 250 MB). Never dependencies: a peer that is missing gives a row that says so.
set -eu

packages='taskwarrior todotxt-cli nq task-spooler redis-server postgresql'
missing=
for package in $packages; do
  dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    # The bench starts servers of its own; Debian's are not to start by themselves.
    # shellcheck disable=SC2086
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
  else
    echo "missing:$missing (as root: apt-get install --no-install-recommends$missing)" >&2
  fi
fi

cd "$(dirname "$0")/../.."
target=.cache/peers
peers='backlog.md@1.52.0 bullmq@6.7.0 ioredis@5.11.1 graphile-worker@0.18.0'
[ "$(cat "$target/installed" 2>/dev/null)" = "$peers" ] && exit 0

PATH="$PWD/node_modules/.bin:$PATH"
mkdir -p "$target"
echo '{ "private": true }' >"$target/package.json"
# shellcheck disable=SC2086
npm install --prefix "$target" --no-fund --no-audit --loglevel=error --save-exact $peers
echo "$peers" >"$target/installed"
