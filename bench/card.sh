# A card opened, and its score explained: the server's answer over HTTP, one connection, against its own statements alone by bare SQLite; with 10,
# 30 and 100 events a lead.
. "$(dirname "$0")/lib.sh"
goal=0.7 leads=2000 pages=4000
[ -n "${BENCH_SMALL:-}" ] && leads=500 pages=1000
cores
code=0
for each in 10 30 100; do
    database_new sqlite "$each" && server_start && house_new 1 30 || exit 1
    build/bench/load "127.0.0.1:$port" "$event_key" identify $leads $leads 16 100 0 >/dev/null || exit 1
    build/bench/load "127.0.0.1:$port" "$event_key" batch $((leads * each)) $leads 16 100 0 >/dev/null || exit 1
    for what in card score; do
        suffix=
        [ $what = score ] && suffix=/score
        build/bench/ceiling_card "${database_url#sqlite:}" paths "$suffix" >"$work/paths"
        : >"$work/server"
        : >"$work/bare"
        for i in 1 2 3 4 5; do
            build/bench/load "127.0.0.1:$port" "$api_key" get $pages "$work/paths" 1 >"$work/load" || { cat "$work/load"; exit 1; }
            value per_second <"$work/load" | awk '{printf "%.1f\n", 1e6 / $1}' >>"$work/server"
            build/bench/ceiling_card "${database_url#sqlite:}" $what $pages | value us_a_page >>"$work/bare"
        done
        s=$(median <"$work/server") b=$(median <"$work/bare")
        echo "${what}_server_us_${each}: $s"
        echo "${what}_ceiling_us_${each}: $b"
        echo "${what}_ratio_${each}: $(ratio "$b" "$s")"
        at_least "$(ratio "$b" "$s")" $goal || code=1
    done
    server_stop
    rm -rf "$work/data$each"
done
echo "goal_ratio: $goal"
exit $code
