#!/bin/sh
# Cloud Run says in PORT where it looks for the service.
set -eu
export DASHBRIDGE_PORT="${PORT:-${DASHBRIDGE_PORT:-8080}}"
exec "$(dirname "$0")/dashbridge" "$@"
