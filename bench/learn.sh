#!/bin/bash
# The learner on published sets, cross-validated, beside what others do on the same splits. The sets are not part of the project:
# GRADUS_TEST_DATA names their folder.
if [ -z "${GRADUS_TEST_DATA:-}" ]; then
    echo "skipped: GRADUS_TEST_DATA names no folder of data"
    exit 0
fi
cd "$(dirname "$0")/.." && exec build/bench/learn "$GRADUS_TEST_DATA"
