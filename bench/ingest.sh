# Durable ingest: ingest.sh sqlite|postgresql. Each round: the database is copied, the server takes the events, the bare loop writes the
# same rows into the copy.
. "$(dirname "$0")/lib.sh"
kind=$1 goal=0.8 leads=100000 events=30000 connections=16
[ -n "${BENCH_SMALL:-}" ] && leads=5000 events=5000
cores
database_new "$kind" || exit 1
server_start && house_new 5 30 || exit 1
load() { build/bench/load "127.0.0.1:$port" "$event_key" "$1" "$2" "$leads" "$connections" 100 "$3"; }
load identify "$leads" 0 >/dev/null || exit 1
first=0
load batch "$leads" "$first" >"$work/warm" || exit 1
first=$((first + leads))

copy_now() { # the database as it is, and the newest event in it; the server is stopped
    if [ "$kind" = sqlite ]; then
        rm -f "$work"/copy.db*
        cp "$work/data/gradus.db" "$work/copy.db"
        written=$work/data/gradus.db copy=$work/copy.db
        after=$(build/bench/sql "sqlite:$copy" 'SELECT max(event_id) FROM message')
    else
        local name=${pg_made[0]}
        psql -qX "$GRADUS_TEST_PG" -c "DROP DATABASE IF EXISTS ${name}_copy" -c "CREATE DATABASE ${name}_copy TEMPLATE $name" 2>/dev/null || return 1
        [ ${#pg_made[@]} = 1 ] && pg_made+=("${name}_copy")
        written=$database_url copy=${database_url/$name/${name}_copy}
        after=$(build/bench/sql "$copy" 'SELECT max(event_id) FROM message')
    fi
}
round() { # events: adds to $work/server and $work/ceiling
    server_stop
    copy_now || return 1
    server_start || return 1
    sleep 0.5
    load batch "$1" "$first" >"$work/load" || { cat "$work/load"; return 1; }
    first=$((first + $1))
    value per_second <"$work/load" >>"$work/server"
    server_stop
    [ "$kind" = sqlite ] || psql -qX "$written" -c ANALYZE || return 1 # what was just written is read back whole, and planned without knowledge took for ever
    "build/bench/ceiling_${kind/postgresql/pg}" "$written" "$copy" "$after" >"$work/bare" || return 1
    value per_second <"$work/bare" >>"$work/ceiling"
    server_start
}
for scale in 1 3 10; do
    : >"$work/server"
    : >"$work/ceiling"
    for i in 1 2 3 4 5; do
        round $((events * scale)) || exit 1
        [ $scale = 1 ] || break
    done
    s=$(median <"$work/server") c=$(median <"$work/ceiling")
    echo "events_${scale}x: $((events * scale))"
    echo "server_per_second_${scale}x: $s"
    echo "ceiling_per_second_${scale}x: $c"
    echo "ratio_${scale}x: $(ratio "$s" "$c")"
    [ $scale = 1 ] && reached=$(ratio "$s" "$c")
done
echo "goal_ratio: $goal"
at_least "$reached" $goal
