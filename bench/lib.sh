# Read by script/bench, script/crash and the benches: servers and databases of their own, which end with the script.
. "$(dirname "${BASH_SOURCE[0]}")/../script/lib.sh"
gradus=${GRADUS:-build/gradus}
work=$(mktemp -d /tmp/gradus-bench-XXXXXX)
port=${GRADUS_BENCH_PORT:-$((20000 + RANDOM % 10000))}
server_pid=
pg_made=()

# A PostgreSQL of our own when none is named, as in script/test.
pg_dir=
as_pg() { if [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --clear-groups env HOME=/tmp "$@"; else "$@"; fi; }
pg_need() {
    [ -n "${GRADUS_TEST_PG:-}" ] && return 0
    pg_bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
    pg_dir=$(mktemp -d /tmp/gradus-pg-XXXXXX)
    [ "$(id -u)" = 0 ] && chown postgres:postgres "$pg_dir"
    as_pg "$pg_bin/initdb" -D "$pg_dir/data" -U gradus -A trust -E UTF8 --locale=C.UTF-8 >/dev/null &&
        as_pg "$pg_bin/pg_ctl" -D "$pg_dir/data" -w -l "$pg_dir/data/log" \
            -o "-c listen_addresses='' -c unix_socket_directories=$pg_dir -c max_connections=200 -c max_wal_size=4GB" start >/dev/null || return 1
    export GRADUS_TEST_PG="postgresql://gradus@/postgres?host=$pg_dir"
}

lib_end() {
    [ -n "$server_pid" ] && kill -9 "$server_pid" 2>/dev/null && wait "$server_pid" 2>/dev/null
    for d in ${pg_made[@]+"${pg_made[@]}"}; do psql -qX "$GRADUS_TEST_PG" -c "DROP DATABASE IF EXISTS $d WITH (FORCE)" >/dev/null 2>&1; done
    [ -n "$pg_dir" ] && as_pg "$pg_bin/pg_ctl" -D "$pg_dir/data" -m immediate stop >/dev/null 2>&1
    rm -rf "$work" ${pg_dir:+"$pg_dir"}
}
trap lib_end EXIT

# A database of our own: sets `database` (sqlite or postgresql: what the server is told) and `database_url` (what db_open is told).
database_new() {
    local name
    if [ "$1" = postgresql ]; then
        pg_need || return 1
        name=gradus_bench_$$_${#pg_made[@]}
        psql -qX "$GRADUS_TEST_PG" -c "CREATE DATABASE $name" 2>&1 || return 1
        pg_made+=("$name")
        database_url=$(printf '%s' "$GRADUS_TEST_PG" | sed "s#^\(postgres[a-z]*://[^/]*/\)[^?]*#\1$name#")
        database=(--database "$database_url" --data "$work/data$name")
        mkdir -p "$work/data$name"
    else
        mkdir -p "$work/data${2:-}"
        database=(--data "$work/data${2:-}")
        database_url="sqlite:$work/data${2:-}/gradus.db"
    fi
}

server_start() {
    "$gradus" serve --listen "127.0.0.1:$port" "${database[@]}" "$@" >>"$work/server.log" 2>&1 &
    server_pid=$!
    server_wait
}
server_wait() {
    local i
    for i in $(seq 1 2000); do
        if exec 3<>"/dev/tcp/127.0.0.1/$port"; then exec 3>&- 3<&-; return 0; fi 2>/dev/null
        kill -0 "$server_pid" 2>/dev/null || { tail -n 20 "$work/server.log"; echo "the server did not start"; return 1; }
        sleep 0.01
    done
    return 1
}
server_stop() {
    kill -TERM "$server_pid" 2>/dev/null
    wait "$server_pid" 2>/dev/null
    server_pid=
}

# An owner's key and a key for events; managers; a model of so many criteria. The server runs.
house_new() {
    printf 'a long enough secret\n' | "$gradus" user add --email owner@house.example --role owner --password-stdin "${database[@]}" >/dev/null || return 1
    api_key=$("$gradus" key add --name api --scope api "${database[@]}" | grep -o 'gr[a-z]*_[A-Za-z0-9_-]*' | tail -1)
    event_key=$("$gradus" key add --name events --scope events "${database[@]}" | grep -o 'gr[a-z]*_[A-Za-z0-9_-]*' | tail -1)
    [ -n "$api_key" ] && [ -n "$event_key" ] || { echo "no keys"; return 1; }
    node bench/house.mjs "http://127.0.0.1:$port" "$api_key" "$1" ${2:-}
}

cores() { echo "machine: $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)"; }
median() { sort -n | awk '{v[NR]=$1} END {print NR % 2 ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.3f", b ? a / b : 0}'; }
at_least() { awk -v a="$1" -v b="$2" 'BEGIN {exit !(a >= b)}'; }
value() { sed -n "s/^$1: //p" | tail -1; }
