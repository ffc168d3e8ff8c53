#!/bin/sh
# Every check, in the order in which a mistake is cheapest to find. All stages run; the list of failures stands at the end.
#   ./packaging/test.sh            all but the long soak tests
#   ./packaging/test.sh --slow     those too
set -eu
cd "$(dirname "$0")/.."
. packaging/common.sh
prepare dev
PATH="$PWD/.venv/bin:$PATH"
export PATH QT_QPA_PLATFORM=offscreen
failed=""
stage() { # stage NAME COMMAND...
    name=$1
    shift
    echo "== $name"
    "$@" || failed="$failed $name"
}
marker="not slow"
[ "${1:-}" = --slow ] && marker="(slow or not slow)"
stage ruff ruff check .
stage format ruff format --check -q .
stage mypy mypy
stage layers lint-imports --no-logo
stage deptry deptry .
# one worker for each core, a file in one worker, the windows' long files first; then, one by one, what bears nothing beside it
stage pytest pytest -q -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder -m "$marker and not alone"
stage alone pytest -q -m "$marker and alone"
if [ -n "$failed" ]; then
    echo "FAILED:$failed"
    exit 1
fi
echo "all stages passed"
