# POST /v1/track, one event a request, 64 connections, each answer after its commit.
. "$(dirname "$0")/lib.sh"
goal=0.5 requests=40000 leads=20000
[ -n "${BENCH_SMALL:-}" ] && requests=5000 leads=2000
cores
database_new sqlite && server_start && house_new 5 30 || exit 1
bare_port=$((port + 1))
build/bench/ceiling_http $bare_port &
bare=$!
trap 'kill $bare 2>/dev/null; lib_end' EXIT
build/bench/load "127.0.0.1:$port" "$event_key" identify $leads $leads 16 100 0 >/dev/null || exit 1
first=0
for scale in 1 3 10; do
    : >"$work/server"
    : >"$work/bare"
    for i in 1 2 3 4 5; do
        n=$((requests * scale))
        build/bench/load "127.0.0.1:$port" "$event_key" track $n $leads 64 1 $first >"$work/load" || { cat "$work/load"; exit 1; }
        first=$((first + n))
        value per_second <"$work/load" >>"$work/server"
        build/bench/load "127.0.0.1:$bare_port" "$event_key" track $n $leads 64 1 0 | value per_second >>"$work/bare"
        [ $scale = 1 ] || break
    done
    s=$(median <"$work/server") c=$(median <"$work/bare")
    echo "server_per_second_${scale}x: $s"
    echo "ceiling_per_second_${scale}x: $c"
    echo "ratio_${scale}x: $(ratio "$s" "$c")"
    echo "server_p99_us_${scale}x: $(value p99_us <"$work/load")"
    [ $scale = 1 ] && reached=$(ratio "$s" "$c")
done
echo "goal_ratio: $goal"
at_least "$reached" $goal
