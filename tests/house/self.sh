# Do the checks bark? A room is built with every fault in it, and each must be told.
house=$(cd "$(dirname "$0")" && pwd)
yard=$(mktemp -d)
trap 'rm -rf "$yard"' EXIT
cp -r "$house/../../sql" "$yard/"
mkdir -p "$yard/src/score" "$yard/src/flow" "$yard/tests/house"
cp "$house/hall.sh" "$house/kept.sh" "$yard/tests/house/"
cp "$house/../../LAYOUT.md" "$yard/"
touch "$yard/src/flow/lost.c"
cp "$house/../../src/FLOORS" "$yard/src/"
cd "$yard" || exit 1
{
    printf '#include "flow/flow.h"\n/* TODO later */\nint far_too_long(void)\n{\n'
    printf '    double d = %s("1"); char *p = %s(1); long t = %s(NULL); goto out;\n' atoi malloc time
    printf '    buf_print(b,\n        "SELECT 1");\n    "SELECT 1 FROM "\n    "task WHERE 1";\n'
    for _ in $(seq 800); do echo '    a;'; done
    echo '}'
} >src/score/bad.c
printf '/* SPDX */\n/* other.h - */\n' >src/score/bad.h
head -c 1048577 /dev/zero >large.bin
touch a.db-wal
git init -q . && git add -f large.bin a.db-wal
found=$(
    awk -f "$house/floors.awk" src/FLOORS src/score/bad.c
    awk -f "$house/tables.awk" sql/*.sql src/score/bad.c
    awk -f "$house/sizes.awk" "$house/exceptions" src/score/bad.c
    awk -f "$house/words.awk" src/score/bad.c
    awk -f "$house/sql.awk" src/score/bad.c
    awk -f "$house/essays.awk" src/score/bad.h
    bash tests/house/hall.sh
    bash tests/house/kept.sh
)
for bark in 'floor 4) includes flow' 'names the table task' 'far_too_long has' 'bad.c: \* has' 'TODO without' 'banned function' \
    'memory from outside' 'reads a clock' 'goto in a room' 'double outside' 'SQL that is formatted' 'second line is not' \
    'lost.c: LAYOUT.md does not say' 'flow/flow.c is named once too often' 'large.bin: above a mebibyte' 'a.db-wal: a server left it'; do
    grep -q "$bark" <<<"$found" || echo "no check tells: $bark"
done
