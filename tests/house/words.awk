# Words in code, comments and texts taken out; then TODO in comments.
BEGIN {
    while ((getline line < "src/FLOORS") > 0) { n = split(line, w, " "); ++level; for (i = 1; i <= n; i++) floor[w[i]] = level }
}
function bare(s) {
    gsub(/\\./, "", s)
    gsub(/"[^"]*"/, "\"\"", s)
    gsub(/'[^']*'/, "0", s)
    gsub(/\/\*[^*]*\*+\//, "", s)
    if (in_comment) { if (s !~ /\*\//) return ""; sub(/.*\*\//, "", s); in_comment = 0 }
    if (s ~ /\/\*/) { sub(/\/\*.*/, "", s); in_comment = 1 }
    sub(/\/\/.*/, "", s)
    return s
}
function tell(what) { print FILENAME ":" FNR ": " what }
FNR == 1 { in_comment = 0; split(FILENAME, part, "/"); room = part[2]; lines = "" }
/TODO/ && !/TODO.*(when|once|until|after|as soon as|if) / { tell("a TODO without the condition that makes it due") }
/FIXME|(^|[^\\uX])XXX([^X]|$)/ { tell("FIXME and XXX say nothing: use TODO with a condition") }
{
    s = bare($0)
    if (s == "") next
    if (s ~ /(^|[^a-z_A-Z0-9])(sprintf|vsprintf|strcpy|strcat|strncat|strncpy|atoi|atol|atof|gets|strtok|alloca|system|popen|localtime|gmtime|mktime|strtod|setlocale)[ ]*\(/)
        tell("a banned function: " s)
    if (room != "base" && room != "sys" && s ~ /(^|[^a-z_A-Z0-9>.])(malloc|calloc|realloc|free|strdup|asprintf)[ ]*\(/)
        tell("memory from outside of base/ and sys/: " s)
    if (FILENAME !~ /^src\/sys\/clock\.c$/ && s ~ /(^|[^a-z_A-Z0-9])(time|gettimeofday|clock_gettime|nanosleep|usleep|sleep)[ ]*\(/)
        tell("only sys/clock.c reads a clock or sleeps: " s)
    if (floor[room] >= 4 && s ~ /(^|[^a-z_A-Z0-9])goto /) tell("goto in a room")
    if (room != "stat" && room != "learn" && FILENAME !~ /^src\/base\/json/ && FILENAME != "src/api/metrics.c" && s ~ /(^|[^a-z_A-Z0-9])(double|float)[ ;,)]/)
        tell("a double outside of stat/ and learn/: " s)
    if (floor[room] < 4 && room != "net" && s ~ /struct app[^a-z_]/) tell("struct app below its floor")
}
