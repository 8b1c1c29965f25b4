#!/bin/sh
# Starts the Hermes gateway of {{wizard}} in this house, and stays with it until it ends.
set -eu
umask 077

house=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)

# What a parent exports would override config.yaml, lead into another wizard's home, or switch on a
# messenger that is not this wizard's. This house's own are in home/.env, which Hermes reads itself.
for name in $(env | sed -n 's/^\([A-Z][A-Z0-9_]*\)=.*/\1/p'); do
  case $name in
    API_SERVER_* | HERMES_* | CUSTOM_BASE_URL | GATEWAY_* | WEBHOOK_* | TERMINAL_*) unset "$name" ;;
    TELEGRAM_* | DISCORD_* | SLACK_* | WHATSAPP_* | SIGNAL_* | MATRIX_* | TWILIO_* | EMAIL_*) unset "$name" ;;
  esac
done

HERMES_HOME=$house/home
# Who works through this gateway is at work: what only a person may say, Robed does not take from it.
ROBED_RUN=gateway
export HERMES_HOME ROBED_RUN

shared={{shared}}
for codebase in "$house/hermes-agent" "$shared"; do
  for place in venv/bin .venv/bin bin; do
    [ -x "$codebase/$place/hermes" ] || continue
    # As activating the virtual environment would.
    PATH=$codebase/$place:$PATH
    export PATH
    cd "$house/workspace"
    exec "$codebase/$place/hermes" gateway run "$@"
  done
done

echo "start-gateway.sh: expected Hermes in $house/hermes-agent or $shared, in its venv, .venv or bin" >&2
echo "  \`robed body install hermes\` brings it; \`robed provision {{wizard}}\` then links it" >&2
exit 78
