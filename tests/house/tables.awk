# sql/NNNN_<room>...sql say who owns which table; then no other room's SQL may name it. Views v_* are for report/.
function owner_of(name) { sub(/.*\//, "", name); sub(/^[0-9]+_/, "", name); sub(/\.sql$/, "", name); sub(/_.*/, "", name); return name }
function look(file, room, text,    name, word) {
    while (match(text, /(FROM|JOIN|INTO|UPDATE|TABLE|REFERENCES|ON)[ \t\n]+(IF NOT EXISTS |IF EXISTS |ONLY )?[a-z_][a-z_0-9]*/)) {
        word = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        name = word
        sub(/.*[ \t\n]/, "", name)
        if (name in owner && owner[name] != room && !(file SUBSEP name in told)) {
            told[file, name] = 1
            print file ": names the table " name ", which " owner[name] " owns"
        }
    }
}
function flush_file() {
    if (file == "") return
    if (file ~ /\.sql$/) { sqls[++sql_count] = file; bodies[sql_count] = text; return }
    gsub(/"[ \t\n]*"/, " ", text)
    split(file, part, "/")
    look(file, part[2], text)
}
FNR == 1 {
    flush_file()
    file = FILENAME
    text = ""
}
FILENAME ~ /\.sql$/ {
    sub(/--.*/, "")
    line = $0
    if (match(line, /CREATE TABLE [a-z_0-9]+/)) {
        name = substr(line, RSTART + 13, RLENGTH - 13)
        if (name in owner) print FILENAME ": the table " name " is made twice"
        owner[name] = owner_of(FILENAME)
    }
}
{ text = text $0 "\n" }
END {
    flush_file()
    for (i = 1; i <= sql_count; i++) look(sqls[i], owner_of(sqls[i]), bodies[i])
}
