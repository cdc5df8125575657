# Rules on an event: json-rules-engine (compare/engine.mjs) against ours on the same 30 rules (rules.c: an event's JSON read, taken, the band told),
# one core each, nothing stored; at 1x, 3x and 10x the events of a lead.
. "$(dirname "$0")/lib.sh"
goal=50 events=6000
[ -n "${BENCH_SMALL:-}" ] && events=1500
cores
npm_here bench/compare || exit 1
code=0
for i in 1 2 3 4 5; do
    build/bench/rules 30000 >"$work/rules"
    for scale in 1 3 10; do
        value "parsed_ns_${scale}x" <"$work/rules" >>"$work/ours$scale"
        node bench/compare/engine.mjs $events $((30 * scale)) | value engine_ns >>"$work/peer$scale"
    done
done
for scale in 1 3 10; do
    s=$(median <"$work/ours$scale") p=$(median <"$work/peer$scale")
    echo "server_ns_an_event_${scale}x: $s"
    echo "json_rules_engine_ns_an_event_${scale}x: $p"
    echo "ratio_${scale}x: $(ratio "$p" "$s")"
    at_least "$(ratio "$p" "$s")" $goal || code=1
done
echo "goal_ratio: $goal"
exit $code
