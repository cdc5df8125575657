# A file of people with their outcomes, then the same people told again otherwise: on SQLite, and on PostgreSQL against it. Rows a second, and statements a
# row: what is asked row by row is a round trip on PostgreSQL.
. "$(dirname "$0")/lib.sh"
goal=0.35 rows=20000
[ -n "${BENCH_SMALL:-}" ] && rows=2000
cores
file() { # how many, the first, a title, an outcome
    awk -v n="$1" -v from="$2" -v title="$3" -v end="$4" 'BEGIN {
        print "user_id,name,email,phone,company,title,city,budget,outcome"
        for (i = from; i < from + n; i++)
            printf "u%d,Anna Ivanova %d,p%d@firm%d.example,+7916%07d,Firm %d,%s,Tver,%d,%s\n", i, i % 97, i, i % 4000, i, i % 4000, title, i * 7 % 90000, (i + end) % 3 ? i % 2 : ""
    }' >"$work/people.csv"
}
take() { # of which: seconds to $work/$1
    local began=$EPOCHREALTIME
    GRADUS_TRACE=$trace "$gradus" import leads "$work/people.csv" "${database[@]}" >"$work/told" 2>"$work/trace" || { cat "$work/told" "$work/trace"; return 1; }
    awk -v a="$began" -v b="$EPOCHREALTIME" -v n="$((rows * scale))" 'BEGIN {printf "%.0f\n", n / (b - a)}' >>"$work/$1"
}
database_new sqlite && lite=("${database[@]}") && "$gradus" migrate "${lite[@]}" >/dev/null || exit 1
database_new postgresql && pg=("${database[@]}") && "$gradus" migrate "${pg[@]}" >/dev/null || exit 1
trace= first=0
for scale in 1 3; do
    rm -f "$work"/{lite,pg}.*
    for i in 1 2 3 4 5; do
        for what in new known; do
            [ $what = new ] && file $((rows * scale)) $first Clerk 0 || file $((rows * scale)) $first Head 1
            database=("${lite[@]}") && take lite.$what && database=("${pg[@]}") && take pg.$what || exit 1
        done
        first=$((first + rows * scale))
        [ $scale = 1 ] || break
    done
    for what in new known; do
        s=$(median <"$work/lite.$what") p=$(median <"$work/pg.$what")
        echo "sqlite_rows_per_second_${what}_${scale}x: $s"
        echo "postgresql_rows_per_second_${what}_${scale}x: $p"
        echo "ratio_${what}_${scale}x: $(ratio "$p" "$s")"
        [ $scale = 1 ] && reached="${reached:-} $(ratio "$p" "$s")"
    done
done
trace=sql scale=1
file "$rows" $first Clerk 0
database=("${pg[@]}") && take pg.traced || exit 1
echo "statements_per_1000_rows: $(grep -c '^sql' "$work/trace" | awk -v n="$rows" '{printf "%.0f", $1 * 1000 / n}')"
echo "goal_ratio: $goal"
for r in $reached; do at_least "$r" $goal || exit 1; done
