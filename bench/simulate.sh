# Four weeks of distribution among 500 managers lived through again, at 1x, 3x and 10x of leads; nothing on record, so that each goes its own way.
. "$(dirname "$0")/lib.sh"
managers=500 sizes="1000 3000 10000"
[ -n "${BENCH_SMALL:-}" ] && managers=50 sizes="100 300 1000"
cores
code=0
for n in $sizes; do
    for i in 1 2 3 4 5; do build/bench/simulate "$n" "$managers" >"$work/one" && value leads_per_s <"$work/one"; done >"$work/all" || code=1
    echo "leads_per_s_$n: $(median <"$work/all")"
    at_least "$(median <"$work/all")" 20000 || code=1
    echo "of_goal_$n: $(ratio "$(median <"$work/all")" 20000)"
done
echo "goal_leads_per_s: 20000"
exit $code
