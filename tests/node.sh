# Read by the groups whose cases are in JavaScript: node_cases CONCURRENCY FILE... runs them on both databases (or the one that
# GRADUS_TEST_DATABASE names), tells what failed, and adds to $passed and $failed. A file is ended when its cases are, whatever it left open: a
# case that could not begin would else hold the run for ever.
node_cases() {
    local at_once=$1 database out p f
    shift
    for database in ${GRADUS_TEST_DATABASE:-sqlite postgresql}; do
        echo "-- $database"
        out=$(GRADUS_TEST_DATABASE=$database node --test --test-force-exit --test-concurrency="$at_once" --test-reporter=tap "$@" 2>&1)
        p=$(sed -n 's/^# pass \([0-9]*\)$/\1/p' <<<"$out") f=$(sed -n 's/^# fail \([0-9]*\)$/\1/p' <<<"$out")
        [ "${f:-1}" = 0 ] || printf '%s\n' "$out" | grep -vE '^ *(duration_ms|type:|\.\.\.|---)' | grep -B2 -A25 -E '^ *not ok' | head -200
        passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
    done
}
