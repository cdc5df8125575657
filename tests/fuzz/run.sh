#!/bin/bash
# Every fuzz target over its seeds and 20,000 fixed alterations of them, under the sanitizers of `make asan`.
cd "$(dirname "$0")/../.." || exit 1
targets=(tests/fuzz/fuzz_*.c)
make -s -j"$(nproc)" asan T="$(printf '%s\n' "${targets[@]}" | sed -E 's|tests/(fuzz/.*)\.c|build-asan/\1|' | xargs)" || exit 1
passed=0 failed=0
one() {
    local name=$1 seeds
    seeds=$(find "tests/fuzz/seed/${name#fuzz_}" -type f 2>/dev/null | LC_ALL=C sort)
    rm -f "build-asan/fuzz/$name.failed"
    timeout 300 "build-asan/fuzz/$name" "${ROUNDS:-20000}" $seeds >"build-asan/fuzz/$name.log" 2>&1 || touch "build-asan/fuzz/$name.failed"
}
export -f one
printf '%s\n' "${targets[@]}" | xargs -n1 basename -s .c | xargs -P "$(nproc)" -I{} bash -c 'one {}'
for t in "${targets[@]}"; do
    name=$(basename "$t" .c)
    if [ ! -e "build-asan/fuzz/$name.failed" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$name:"
        grep -vE '^\s*$' "build-asan/fuzz/$name.log" | head -30
    fi
done
echo "passed: $passed"
echo "failed: $failed"
[ "$failed" = 0 ]
