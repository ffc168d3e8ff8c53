#!/bin/sh
# Installs what is missing and starts Hengchi.
#   ./packaging/run.sh                          the window
#   ./packaging/run.sh --headless --out DIR     one real case through every layer, without a screen [--seed N]
#   ./packaging/run.sh verify FILE ...          any other words go to `hengchi` as they are
set -eu
called_from=$PWD
cd "$(dirname "$0")/.."
. packaging/common.sh
prepare run
root=$PWD
cd "$called_from"
case "${1:-}" in
--headless) exec "$root/.venv/bin/hengchi" demo "$@" ;;
*) exec "$root/.venv/bin/hengchi" "$@" ;;
esac
