#!/bin/bash
# The rules of the house, as programs: floors, tables, sizes, names, words, texts. `make check`.
# Each check below prints what it found, one line a violation; none is a pass.
cd "$(dirname "$0")/../.." || exit 1
build=${B:-build}
passed=0 failed=0
check() {
    local what=$1 out
    shift
    out=$("$@" 2>&1)
    if [ -z "$out" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'house: %s\n' "$what"
        printf '%s\n' "$out" | sed 's/^/    /'
    fi
}
sources() { find src -mindepth 2 -maxdepth 2 \( -name '*.c' -o -name '*.h' -o -name '*.cc' \) | LC_ALL=C sort; }

check 'the checks themselves bark' bash tests/house/self.sh
check 'a file includes only from floors below its own and from its own folder (LAYOUT L1)' \
    awk -f tests/house/floors.awk src/FLOORS $(sources)
check 'the index of the hall names each file of it once (LAYOUT 3)' bash tests/house/hall.sh
check 'a header compiles alone' bash tests/house/headers.sh
check 'a header opens with an essay that names it (STYLE, Headers)' awk -f tests/house/essays.awk $(find src -name '*.h')
check 'a table is named in the room that owns it only (LAYOUT L3)' \
    awk -f tests/house/tables.awk sql/*.sql $(sources)
check 'a function is at most 60 lines, a file 800 (STYLE S3; tests/house/exceptions)' \
    awk -f tests/house/sizes.awk tests/house/exceptions $(sources)
check 'what a room exports wears its name (STYLE S2)' bash tests/house/prefixes.sh "$build"
check 'banned functions and words (STYLE S13, S15, S18, S22, S23, S30)' awk -f tests/house/words.awk $(sources)
check 'SQL is a literal, never formatted (STYLE S28)' awk -f tests/house/sql.awk $(sources)
check 'both languages have the same texts; the code and the texts agree (LAYOUT 7)' bash tests/house/texts.sh
check 'a fault of a model is told in the words of both languages' bash tests/house/notes.sh
check 'errors, endpoints and tables of numbers are there once' bash tests/house/once.sh
check 'nothing but the licence line comes before the code (STYLE S31)' \
    awk 'FNR == 1 && $0 !~ /SPDX-License-Identifier: AGPL-3.0-or-later/ { print FILENAME }' $(sources)

check 'what is kept is written by people: no bases, nothing large' bash tests/house/kept.sh

if command -v clang-format >/dev/null && [ -n "$GRADUS_FORMAT" ]; then
    n=0
    for f in $(sources); do clang-format --dry-run -Werror "$f" >/dev/null 2>&1 || n=$((n + 1)); done
    echo "advice: $n files differ from .clang-format"
fi
echo "passed: $passed"
echo "failed: $failed"
[ "$failed" = 0 ]
