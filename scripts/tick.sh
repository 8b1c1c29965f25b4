#!/bin/sh
# One tick of one job of one house, as crontab lines and systemd units call it:
#   set -- /…/tick.sh <job> <root> <wizard> [<node>] [--dry-run]; . "$1"
#   /bin/sh /…/tick.sh <job> <root> <wizard> [<node>] [--dry-run]
# By the first, which `robed crontab install` writes, it is read by the very shell that cron starts
# for the line: another start would double what an idle tick costs.
#
# Here is what an idle tick needs, and no more, in builtins of every POSIX shell: it is over where
# Node left a stamp that says "quiet until" (lib/operations/quiet-stamp.ts), that time is not over,
# and nothing changed since. The queue and settings stand as tick-work.sh saw them, neither newer nor
# older (`mv` of an old copy, cp -p, rsync, git stash); the others only go on. -nt and -ot of a file
# that is gone mean something else in each shell, hence -e. All else is tick-work.sh.
case ${1-} in */tick.sh) ;; *) set -- "$0" "$@" ;; esac
common=${3-}/robed.yaml house=${3-}/wizards/${4-}
home=$house/home fired=$house/logs/cron/${2-}.fired own=$house/logs/cron/.${2-}
queue=$home/WORK-QUEUE.md work=$home/work completed=$home/completed
[ ! -s "$own.places" ] ||
  { IFS= read -r queue && IFS= read -r work && IFS= read -r completed; } <"$own.places"
if [ "${5-}" != --dry-run ] && [ "${6-}" != --dry-run ] &&
  [ -e "$own.quiet" ] && true >"$fired" && [ "$own.quiet" -nt "$fired" ] &&
  [ -e "$own.since" ] && [ "$fired" -nt "$own.since" ] &&
  [ -e "$queue" ] && [ -e "$own.queue" ] &&
  ! [ "$queue" -nt "$own.queue" ] && ! [ "$queue" -ot "$own.queue" ] &&
  [ -e "$house/house.yaml" ] && [ -e "$own.settings" ] &&
  ! [ "$house/house.yaml" -nt "$own.settings" ] && ! [ "$house/house.yaml" -ot "$own.settings" ] &&
  { [ -e "$common" ] || ! [ -e "$own.common" ]; } && { [ -e "$own.common" ] || ! [ -e "$common" ]; } &&
  ! [ "$common" -nt "$own.common" ] && ! [ "$common" -ot "$own.common" ] &&
  ! [ "$work" -nt "$own.since" ] && ! [ "$completed" -nt "$own.since" ] &&
  ! [ "$home/inbox" -nt "$own.since" ] && ! [ "$home/house.db" -nt "$own.since" ] &&
  ! [ "$home/house.db-wal" -nt "$own.since" ] && ! [ "${1%/*}/../dist/robed.js" -nt "$own.since" ]; then
  exit 0
fi
exec /bin/sh "${1%/*}/tick-work.sh" "$@"
