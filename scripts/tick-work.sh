#!/bin/sh
# What tick.sh goes on with where something may be to be done:
#   tick-work.sh <tick.sh> <job> <root> <wizard> [<node>] [--dry-run]
# In logs/cron/ of the house: <job>.fired is touched at each call, <job>.log holds what the job
# said, <job>.exit how its last run ended, <job>.ok since when it works. With --dry-run nothing of
# that, and what the job says goes to standard output.
umask 077
limit=${ROBED_TICK_LIMIT:-900}

fail() {
  echo "robed: $1" >&2
  exit 78
}

[ $# -ge 4 ] || fail "expected a job, a root and a wizard; \`robed crontab show\` prints the lines"
package=${1%/*}/.. job=$2 root=$3 wizard=$4
shift 4
node=
case ${1-} in /*)
  node=$1
  shift
  ;;
esac
house=$root/wizards/$wizard
[ -e "$house/house.yaml" ] ||
  fail "no house at $house; \`robed crontab uninstall --root '$root' --wizard $wizard\` takes its lines away"
seen=$house/logs/cron/$job
own=$house/logs/cron/.$job

keep() {
  if [ -e "$1" ]; then touch -r "$1" "$2"; else rm -f "$2"; fi 2>/dev/null
}

# How the files stand before Node reads them: what changes later is newer than this. What an earlier
# look promised was about other files: Node may be killed before it can take that back.
remember() {
  rm -f "$own.quiet" 2>/dev/null
  { true >"$own.since"; } 2>/dev/null || return
  keep "$house/house.yaml" "$own.settings"
  keep "$root/robed.yaml" "$own.common"
  queue=$house/home/WORK-QUEUE.md
  [ ! -s "$own.places" ] || IFS= read -r queue <"$own.places"
  keep "$queue" "$own.queue"
}

# A tick that is still at work is not joined by another. Without flock(1) the holder's pid says who
# has it; two that find the same dead holder may both go on, which claims and fences allow for.
lock() {
  if command -v flock >/dev/null; then
    exec 9>>"$own.lock"
    flock -n 9
    return
  fi
  if ! (set -C && echo $$ >"$own.pid") 2>/dev/null; then
    read -r holder <"$own.pid"
    # No tick lives so long: the pid is somebody else's by now.
    if [ -z "$(find "$own.pid" -mmin +60)" ] && kill -0 "${holder:-none}" 2>/dev/null; then
      return 1
    fi
    echo $$ >"$own.pid"
  fi
  trap 'rm -f "$own.pid"' EXIT
}

# Runs a command for at most $limit seconds. What it starts in sessions of their own goes on.
limited() {
  if command -v timeout >/dev/null; then
    timeout -k 10 "$limit" "$@"
    return
  fi
  "$@" &
  child=$!
  (sleep "$limit" && kill "$child") >/dev/null 2>&1 &
  wait "$child"
  ended=$?
  kill $! 2>/dev/null
  return $ended
}

find_node() {
  for node in "$node" "$package/node_modules/.bin/node" "$package/../.bin/node"; do
    [ -x "$node" ] && return
  done
  fail "no Node at $package/node_modules/.bin/node; run \`npm ci\` there, then \`robed crontab install\`"
}

if [ "${1-}" = --dry-run ]; then
  find_node
  exec "$node" "$package/scripts/robed.js" "$job" --root "$root" --wizard "$wizard" --dry-run
fi

if ! { true >"$seen.fired"; } 2>/dev/null; then
  mkdir -p "$house/logs/cron" && true >"$seen.fired" || fail "can't write $seen.fired"
fi
lock || exit 0
find_node
remember
ROBED_TICK=$job
export ROBED_TICK
limited "$node" "$package/scripts/robed.js" "$job" --root "$root" --wizard "$wizard" \
  </dev/null >"$own.out" 2>&1 9>&-
code=$?

if [ -s "$own.out" ] || [ "$code" -ne 0 ]; then
  if [ -n "$(find "$seen.log" -size +2048 2>/dev/null)" ]; then
    mv -f "$seen.log" "$seen.log.1"
  fi
  {
    echo "== $(date -u +%Y-%m-%dT%H:%M:%SZ) exit $code"
    [ "$code" -ne 124 ] || echo "stopped after $limit seconds"
    tail -c 100000 "$own.out"
  } >>"$seen.log"
fi
echo "$code" >"$seen.exit"
[ "$code" -ne 0 ] || true >"$seen.ok"
exit "$code"
