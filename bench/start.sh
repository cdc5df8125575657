# From the start of the program to its first answer: an empty company, then 100 thousand, 300 thousand and 1 million leads.
. "$(dirname "$0")/lib.sh"
sizes="0 100000 300000 1000000"
[ -n "${BENCH_SMALL:-}" ] && sizes="0 20000"
cores
code=0
start_ms() {
    local began answer=
    began=$(date +%s%N)
    "$gradus" serve --listen "127.0.0.1:$port" "${database[@]}" >>"$work/server.log" 2>&1 &
    server_pid=$!
    while kill -0 $server_pid 2>/dev/null; do
        if exec 3<>"/dev/tcp/127.0.0.1/$port"; then
            printf 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
            read -r answer <&3
            exec 3>&- 3<&-
            [ -n "$answer" ] && break
        fi 2>/dev/null
        sleep 0.002
    done
    echo $((($(date +%s%N) - began) / 1000000))
}
for leads in $sizes; do
    database_new sqlite "$leads" || exit 1
    [ "$leads" = 0 ] || build/bench/gen "$database_url" "$leads" 1 >/dev/null || exit 1
    : >"$work/ms"
    for i in 1 2 3 4 5; do
        start_ms >"$work/one" # not in a subshell: the server is ours to stop
        cat "$work/one" >>"$work/ms"
        kill -TERM "$server_pid"
        wait "$server_pid" 2>/dev/null
        server_pid=
        [ "$i" = 1 ] && echo "first_start_ms_$leads: $(cat "$work/one")"
    done
    ms=$(median <"$work/ms")
    echo "start_ms_$leads: $ms"
    if [ "$leads" = 0 ]; then at_least 100 "$ms" || code=1; else at_least 1000 "$ms" || code=1; fi
    rm -rf "$work/data$leads"
done
echo "goal_ms_empty: 100"
echo "goal_ms_leads: 1000"
exit $code
