# Leads given to somebody in a second: the decision among 500 people, and the whole of it (task, decision kept, owner, custody) in bulk and one by
# one, at 1x, 3x and 10x of what was given before. The goal is of the decision; the rest is beside it, with what the disk allows.
. "$(dirname "$0")/lib.sh"
managers=500 leads=300
[ -n "${BENCH_SMALL:-}" ] && managers=50 leads=100
cores
code=0
for kind in sqlite postgresql; do
    for n in $managers $((managers / 10)); do
        rm -rf "$work/data"
        database_new "$kind" || exit 1
        build/bench/assign "$database_url" "$n" "$leads" >"$work/assign" || { code=1; continue; }
        sed "s/^\([a-z_0-9]*\):/${kind}_${n}_\1:/" "$work/assign"
        if [ "$n" = "$managers" ]; then
            at_least "$(value decision_per_s <"$work/assign")" 20000 || code=1
            echo "${kind}_of_goal: $(ratio "$(value decision_per_s <"$work/assign")" 20000)"
        fi
    done
done
echo "goal_decision_per_s: 20000"
exit $code
