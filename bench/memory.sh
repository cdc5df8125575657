# The most memory the server ever held: 1 million leads, 10 million events, while events come in, lists and cards are read.
. "$(dirname "$0")/lib.sh"
code=0
cores
for leads in 100000 300000 1000000; do
    [ -n "${BENCH_SMALL:-}" ] && leads=$((leads / 20))
    database_new sqlite "$leads" || exit 1
    build/bench/gen "$database_url" "$leads" 10 >/dev/null || exit 1
    server_start && house_new 5 || exit 1
    build/bench/load "127.0.0.1:$port" "$event_key" identify 20000 20000 16 100 0 >/dev/null || exit 1
    build/bench/load "127.0.0.1:$port" "$event_key" batch 60000 20000 16 100 0 >/dev/null || exit 1
    printf '%s\n' '/api/v1/leads?band=hot' '/api/v1/leads?sort=-created_at' '/api/v1/leads?q=person' '/api/v1/tasks' '/api/v1/leads?stage=contact' >"$work/paths"
    build/bench/load "127.0.0.1:$port" "$api_key" get 2000 "$work/paths" 64 >/dev/null || exit 1
    build/bench/load "127.0.0.1:$port" "$event_key" track 20000 20000 64 1 1000000 >/dev/null || exit 1
    mib=$(awk '/^VmHWM/ {printf "%.0f", $2 / 1024}' "/proc/$server_pid/status")
    echo "leads_$leads: $((leads * 10)) events"
    echo "most_rss_mib_$leads: $mib"
    server_stop
    rm -rf "$work/data$leads"
    at_least 500 "$mib" || code=1
done
echo "goal_mib: 500"
exit $code
