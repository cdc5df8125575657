# What each object exports, by nm: in a room, in flow/ and in job/ everything begins with the folder's name. Those that do not yet are
# lines "export name" in tests/house/exceptions, which may only grow fewer.
cd "$(dirname "$0")/../.." || exit 1
build=$1
for room in $(awk 'FNR == 4 || FNR == 5 { print }' src/FLOORS) job; do
    for c in src/"$room"/*.c; do
        [ -e "$c" ] || continue
        o=$build/${c#src/} o=${o%.c}.o
        if [ -e "$o" ]; then echo "$o"; else echo "$o is not built: make first" >&2; fi
    done
done | xargs nm -A -g --defined-only | awk -v build="$build/" '{
        split($1, at, ":"); file = substr(at[1], length(build) + 1); sub(/\.o$/, ".c", file)
        room = file; sub(/\/.*/, "", room)
        if ($3 !~ "^" room "_" && $3 !~ /^__/) print $3, "src/" file }' | sort -u |
    awk -v list=tests/house/exceptions '
        BEGIN { while ((getline line < list) > 0) if (split(line, w, " ") == 2 && w[1] == "export") allowed[w[2]] = 1 }
        { if ($1 in allowed) seen[$1] = 1; else print $2 ": exports " $1 }
        END { for (name in allowed) if (!(name in seen)) print list ": " name " is exported no more: take its line out" }'
