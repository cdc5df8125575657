# Events a second, durable, on one PostgreSQL: the server against a trigger that evaluates 30 rules (compare/trigger.sql). The trigger is given
# its events by the database itself, 100 an INSERT, from as many connections as serve it best of 1, 2 and 4: it pays for no client.
. "$(dirname "$0")/lib.sh"
goal=20 leads=100000 events=30000 seconds=10
[ -n "${BENCH_SMALL:-}" ] && leads=5000 events=5000 seconds=2
cores
database_new postgresql && server_start && house_new 5 30 || exit 1
name=${pg_made[0]}_trigger
psql -qX "$GRADUS_TEST_PG" -c "CREATE DATABASE $name" || exit 1
pg_made+=("$name")
peer_url=${database_url/${pg_made[0]}/$name}
psql -qX -v ON_ERROR_STOP=1 "$peer_url" -f bench/compare/trigger.sql || exit 1
psql -qX "$peer_url" -c "INSERT INTO lead (id, anonymous_id, facts) SELECT i, 'bench-' || i, '{\"f1\":\"xyz\",\"f2\":\"abc\",\"f5\":\"x\"}' FROM generate_series(1, $leads) i" -c "ANALYZE" || exit 1
build/bench/load "127.0.0.1:$port" "$event_key" identify $leads $leads 16 100 0 >/dev/null || exit 1
pgbench=$(command -v pgbench || ls /usr/lib/postgresql/*/bin/pgbench | sort -V | tail -1)
trigger() { # connections
    "$pgbench" -n -D leads=$leads -c "$1" -j 1 -T "$2" -f bench/compare/trigger.pgbench "$peer_url" 2>/dev/null | sed -n 's/^tps = \([0-9.]*\).*/\1/p' | awk '{printf "%.0f\n", $1 * 100}'
}
best=1 most=0
for c in 1 2 4; do
    t=$(trigger $c 2)
    at_least "${t:-0}" "$most" && best=$c most=$t
done
first=0
for i in 1 2 3 4 5; do
    build/bench/load "127.0.0.1:$port" "$event_key" batch $events $leads 16 100 $first >"$work/load" || { cat "$work/load"; exit 1; }
    first=$((first + events))
    value per_second <"$work/load" >>"$work/ours"
    trigger "$best" $seconds >>"$work/peer"
done
s=$(median <"$work/ours") p=$(median <"$work/peer")
echo "trigger_connections: $best"
echo "server_per_second: $s"
echo "trigger_per_second: $p"
echo "ratio: $(ratio "$s" "$p")"
echo "goal_ratio: $goal"
at_least "$(ratio "$s" "$p")" $goal
