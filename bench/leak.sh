#!/bin/bash
# The leak alarm on the columns of published sets. The sets are not part of the project: GRADUS_TEST_DATA names their folder.
if [ -z "${GRADUS_TEST_DATA:-}" ]; then
    echo "skipped: GRADUS_TEST_DATA names no folder of data"
    exit 0
fi
cd "$(dirname "$0")/.." && exec build/bench/leak "$GRADUS_TEST_DATA"
