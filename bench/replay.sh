# A draft over all stored events (the preview's own walk) against the same work in memory: parse, 30 criteria, score.
. "$(dirname "$0")/lib.sh"
code=0
cores
build/bench/rules 60000
for leads in 10000 30000 100000; do
    [ -n "${BENCH_SMALL:-}" ] && leads=$((leads / 10))
    database_new sqlite "$leads" || exit 1
    build/bench/gen "$database_url" "$leads" 10 >/dev/null || exit 1
    build/bench/replay "$database_url" >"$work/replay" || { cat "$work/replay"; exit 1; }
    sed "s/:/_$leads:/" "$work/replay"
    rm -rf "$work/data$leads"
    at_least "$(value ratio <"$work/replay")" 0.5 || code=1
done
echo "goal_ratio: 0.5"
exit $code
