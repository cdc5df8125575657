# One criterion changed: seconds until the picture of all leads is exact again, and as a share of the same events folded in memory.
. "$(dirname "$0")/lib.sh"
code=0
cores
for leads in 10000 30000 100000; do
    [ -n "${BENCH_SMALL:-}" ] && leads=$((leads / 10))
    database_new sqlite "$leads" || exit 1
    build/bench/gen "$database_url" "$leads" 10 >/dev/null || exit 1
    build/bench/whatif "$database_url" >"$work/whatif" || { cat "$work/whatif"; exit 1; }
    sed "s/:/_$leads:/" "$work/whatif"
    rm -rf "$work/data$leads"
    at_least 1 "$(value points_worst_seconds <"$work/whatif")" || code=1
    at_least 1 "$(value first_seconds <"$work/whatif")" || code=1
done
echo "goal_seconds: 1"
exit $code
