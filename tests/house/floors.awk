# FLOORS first: a line a floor, the lowest first. Then sources: src/ROOM/FILE.
FILENAME ~ /FLOORS$/ { for (i = 1; i <= NF; i++) floor[$i] = FNR; next }
FNR == 1 {
    split(FILENAME, part, "/")
    room = part[2]
    if (!(room in floor)) print FILENAME ": the folder " room " stands on no floor"
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
    match($0, /"[^"]*"/)
    path = substr($0, RSTART + 1, RLENGTH - 2)
    if (split(path, to, "/") != 2) { print FILENAME ":" FNR ": \"" path "\" is not room/file"; next }
    if (to[1] == room) next
    if (!(to[1] in floor)) print FILENAME ":" FNR ": " path " stands on no floor"
    else if (floor[to[1]] >= floor[room])
        print FILENAME ":" FNR ": " room " (floor " floor[room] ") includes " path " (floor " floor[to[1]] ")"
}
