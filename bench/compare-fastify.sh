# Events a second, durable, against Fastify with better-sqlite3 doing the same work (compare/fastify.mjs): batches of 100 and single posts. Both are
# given the same requests by the same sender, in turn.
. "$(dirname "$0")/lib.sh"
goal=5 leads=100000 events=60000 singles=20000
[ -n "${BENCH_SMALL:-}" ] && leads=5000 events=5000 singles=3000
cores
npm_here bench/compare || exit 1
database_new sqlite && server_start && house_new 5 30 || exit 1
curl -sf -H "Authorization: Bearer $api_key" "http://127.0.0.1:$port/api/v1/models/live" >"$work/model.json" || exit 1
peer_port=$((port + 1))
node bench/compare/fastify.mjs $peer_port "$work/peer.db" "$work/model.json" "$event_key" >"$work/peer.log" 2>&1 &
peer=$!
trap 'kill $peer 2>/dev/null; lib_end' EXIT
sleep 1
send() { build/bench/load "127.0.0.1:$1" "$event_key" "$2" "$3" "$leads" "$4" "$5" "$6"; }
for p in $port $peer_port; do
    send $p identify $leads 16 100 0 >"$work/load" || { cat "$work/load" "$work/peer.log"; exit 1; }
done
first=0
measure() { # name, kind, events, connections, events a request
    local i
    : >"$work/ours"
    : >"$work/peers"
    for i in 1 2 3 4 5; do
        send $port "$2" "$3" "$4" "$5" $first >"$work/load" || { cat "$work/load"; return 1; }
        value per_second <"$work/load" >>"$work/ours"
        send $peer_port "$2" "$3" "$4" "$5" $first >"$work/load" || { cat "$work/load" "$work/peer.log"; return 1; }
        value per_second <"$work/load" >>"$work/peers"
        first=$((first + $3))
    done
    s=$(median <"$work/ours") p=$(median <"$work/peers")
    echo "server_per_second_$1: $s"
    echo "fastify_per_second_$1: $p"
    echo "ratio_$1: $(ratio "$s" "$p")"
    at_least "$(ratio "$s" "$p")" $goal || code=1
}
code=0
measure batch batch $events 16 100 || exit 1
measure single track $singles 64 1 || exit 1
echo "goal_ratio: $goal"
exit $code
