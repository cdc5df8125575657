# exceptions: "path function lines" or "path * lines": a size that is suffered until someone makes it smaller. It may only
# shrink: a line whose function is gone, or small enough, or smaller than the line says, must be changed.
FILENAME ~ /exceptions$/ {
    if ($0 !~ /^#/ && NF == 3) { allowed[$1, $2] = $3; where[$1, $2] = $1 " " $2 }
    next
}
function judge(path, name, lines, limit,    key) {
    key = path SUBSEP name
    if (key in allowed) {
        if (lines > allowed[key]) print path ": " name " has " lines " lines, the exception says " allowed[key]
        else if (lines < allowed[key]) print path ": " name " has shrunk to " lines " lines: say so in tests/house/exceptions" (lines <= limit ? " (take its line out)" : "")
        delete where[key]
    } else if (lines > limit) {
        print path ": " name " has " lines " lines"
    }
}
FNR == 1 { if (file ~ /\.c$/) judge(file, "*", last, 800); file = FILENAME; start = 0 }
/^[A-Za-z_].*\(/ && !/^(static )?const .*=/ {
    name = $0
    sub(/\(.*/, "", name)
    sub(/.*[ *]/, "", name)
}
/^\{/ { start = FNR }
/^\}$/ && start { judge(FILENAME, name, FNR - start - 1, 60); start = 0 }
{ last = FNR }
END {
    if (file ~ /\.c$/) judge(file, "*", last, 800)
    for (key in where) print "tests/house/exceptions: " where[key] " is no more"
}
