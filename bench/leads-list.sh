# The list of hot leads of one stage, by score: the server's answer over HTTP against the same SELECT by bare SQLite.
. "$(dirname "$0")/lib.sh"
goal=0.8 pages=2000
[ -n "${BENCH_SMALL:-}" ] && pages=200
cores
code=0 first=
for leads in 100000 300000 1000000; do
    [ -n "${BENCH_SMALL:-}" ] && leads=$((leads / 20))
    database_new sqlite "$leads" || exit 1
    build/bench/gen "$database_url" "$leads" 1 >/dev/null || exit 1
    server_start && house_new 1 || exit 1
    echo '/api/v1/leads?band=hot&stage=contact&sort=-score&limit=50' >"$work/paths"
    for f in server bare p99; do : >"$work/$f"; done
    for i in 1 2 3 4 5; do
        build/bench/load "127.0.0.1:$port" "$api_key" get $pages "$work/paths" 1 >"$work/load" || { cat "$work/load"; exit 1; }
        value per_second <"$work/load" | awk '{printf "%.1f\n", 1e6 / $1}' >>"$work/server"
        value p99_us <"$work/load" >>"$work/p99"
        build/bench/ceiling_list "${database_url#sqlite:}" $pages | value us_a_page >>"$work/bare"
    done
    s=$(median <"$work/server") b=$(median <"$work/bare") p99=$(median <"$work/p99")
    [ -n "$first" ] || first=$p99
    echo "server_us_a_page_$leads: $s"
    echo "ceiling_us_a_page_$leads: $b"
    echo "ratio_$leads: $(ratio "$b" "$s")"
    echo "p99_us_$leads: $p99"
    at_least "$(ratio "$b" "$s")" $goal || code=1
    server_stop
    rm -rf "$work/data$leads"
done
echo "p99_growth: $(ratio "$p99" "$first")"
echo "goal_ratio: $goal"
echo "goal_p99_growth: 1.5"
at_least 1.5 "$(ratio "$p99" "$first")" || code=1
exit $code
