#!/bin/bash
# The screens in a real browser, with a real server behind them; pictures land in build/shots.
#   tests/browser/run.sh [NAME ...]     only the cases whose name holds one of the words, or of the file (office.mjs)
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -x build/node/bin/node ] && PATH="$PWD/build/node/bin:$PATH"
[ -x build/gradus ] || { echo "build/gradus is missing: make"; exit 1; }
[ -f web/dist/index.html ] || { echo "web/dist is missing: make web"; exit 1; }
exec node tests/browser/main.mjs "$@"
