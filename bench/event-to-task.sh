# From the sending of an event to the task on the live stream, while the server takes half of what it can.
. "$(dirname "$0")/lib.sh"
leads=20000 count=300 probe=20000
[ -n "${BENCH_SMALL:-}" ] && leads=2000 count=40 probe=4000
cores
database_new sqlite && server_start && house_new 20 30 || exit 1
build/bench/load "127.0.0.1:$port" "$event_key" identify $leads $leads 16 100 0 >/dev/null || exit 1
full=$(build/bench/load "127.0.0.1:$port" "$event_key" track $probe $leads 64 1 0 | value per_second)
commits() { node -e 'fetch(process.argv[1]).then(r=>r.text()).then(t=>console.log(/^gradus_commit_calls_count (\d+)/m.exec(t)[1]))' "http://127.0.0.1:$port/metrics"; }
first=$probe bad=0
: >"$work/p50"
: >"$work/p99"
for i in 1 2 3 4 5; do
    LOAD_RATE=$((full / 2)) build/bench/load "127.0.0.1:$port" "$event_key" track $((full * 12)) $leads 64 1 $first >/dev/null 2>&1 &
    loading=$!
    first=$((first + full * 12))
    sleep 2
    began=$(date +%s%N) before=$(commits)
    build/bench/hot "127.0.0.1:$port" "$api_key" "$event_key" $((count / 5)) >"$work/hot" || bad=1
    made=$(($(commits) - before)) spent=$((($(date +%s%N) - began) / 1000))
    # What the disk alone takes at this moment, for as many bytes as a commit writes into the log.
    build/bench/sync "$work/sync" 131072 1000 2 | sed "s/:/_$i:/"
    kill $loading
    wait $loading 2>/dev/null
    interval=$((spent / (made > 0 ? made : 1)))
    [ $bad = 0 ] || { cat "$work/hot"; exit 1; }
    echo "commit_interval_us_$i: $interval"
    echo "p50_us_$i: $(value p50_us <"$work/hot")"
    echo "p99_us_$i: $(value p99_us <"$work/hot")"
    ratio "$(value p50_us <"$work/hot")" $interval >>"$work/p50"
    echo >>"$work/p50"
    ratio "$(value p99_us <"$work/hot")" $interval >>"$work/p99"
    echo >>"$work/p99"
done
p50=$(median <"$work/p50") p99=$(median <"$work/p99")
echo "full_load_per_second: $full"
echo "p50_commits: $p50"
echo "p99_commits: $p99"
echo "goal_p50_commits: 2"
echo "goal_p99_commits: 5"
at_least 2 "$p50" && at_least 5 "$p99"
