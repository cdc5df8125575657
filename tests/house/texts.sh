# ru.txt and en.txt: sorted, the same keys (but for the plural's form), the same places to fill; used and existing.
cd "$(dirname "$0")/../.." || exit 1
for l in ru en; do
    grep -v '^#' src/text/$l.txt | LC_ALL=C sort -c 2>/dev/null || echo "src/text/$l.txt is not sorted"
    grep -nvE '^(#|[a-z0-9_.]+ = .)' src/text/$l.txt | sed "s|^|src/text/$l.txt: not \"key = text\": |"
    sed -E 's/ = .*//' src/text/$l.txt | sort | uniq -d | sed "s|^|src/text/$l.txt: twice: |"
done
# key, its places; the form of a plural taken off
shape() {
    grep -v '^#' "src/text/$1.txt" | awk '{
        at = index($0, " = "); key = substr($0, 1, at - 1); text = substr($0, at + 3); places = ""
        sub(/\.(one|few|many|other)$/, ".#", key)
        while (match(text, /\{[a-z_]+\}/)) { p = substr(text, RSTART, RLENGTH); if (index(places, p) == 0) set[key, p] = 1; text = substr(text, RSTART + RLENGTH); have[key] = have[key] p "\n" }
        keys[key] = 1
    } END { for (k in keys) { n = split(have[k], w, "\n"); delete seen; out = ""
        for (i = 1; i < n; i++) seen[w[i]] = 1
        m = 0; for (p in seen) sorted[++m] = p
        for (i = 1; i <= m; i++) for (j = i + 1; j <= m; j++) if (sorted[j] < sorted[i]) { t = sorted[i]; sorted[i] = sorted[j]; sorted[j] = t }
        for (i = 1; i <= m; i++) out = out " " sorted[i]
        print k out } }' | LC_ALL=C sort
}
diff <(shape ru) <(shape en) | sed -n 's/^[<>]/texts differ:/p'
# plurals: all forms of the language
for l in ru en; do
    forms="one other"; [ $l = ru ] && forms="one few many"
    awk -F' = ' -v file="src/text/$l.txt" -v forms="$forms" '!/^#/ { key[$1] = 1; if (sub(/\.(one|few|many|other)$/, "", $1)) stem[$1] = 1 }
        END { n = split(forms, form, " "); for (s in stem) for (i = 1; i <= n; i++) if (!((s "." form[i]) in key)) print file ": " s " has no ." form[i] }' "src/text/$l.txt"
done
# every key has a user: a literal in the code, an error's slug, or a prefix that is put together
awk -F' = ' 'NR == FNR { literal[$0] = 1; next }
    !/^#/ { key = $1; sub(/\.(one|few|many|other)$/, "", key); if (seen[key]++) next
        slug = key; if (sub(/^error\./, "", slug) && ("\"" slug "\"") in literal) next
        prefix = key; sub(/\.[^.]*$/, "", prefix)
        if (!(("\"" key "\"") in literal) && !(("\"" prefix ".%s\"") in literal) && !(("\"" prefix ".\"") in literal)) print "src/text: nothing uses " key }' \
    <(grep -ohE '"[a-z0-9_.%]+"' src/*/*.c src/*/*.h src/base/err.def | LC_ALL=C sort -u) src/text/en.txt
# every key in the code exists
awk -F' = ' 'NR == FNR { if (!/^#/) { key[$1] = 1; if (sub(/\.(one|few|many|other)$/, "", $1)) key[$1] = 1 } next }
    !($0 in key) { print "src/text: the code asks for " $0 ", which is not there" }' src/text/en.txt \
    <(grep -ohE 'text_(get|fill|count|find)\([^;]*"[a-z0-9_.]+"' src/*/*.c | grep -oE '"[a-z0-9_.]+"$' | tr -d '"' | LC_ALL=C sort -u)
# every error speaks
sed -nE 's/^ERR\(.*"([a-z_]+)".*/\1/p' src/base/err.def | while read -r slug; do
    grep -q "^error\.$slug = " src/text/en.txt || echo "src/text: error.$slug is not there"
done
# every refusal says why: the note of a conflict or a lost race that a person can meet (not the operator's own, nor the slug kept with a letter) is a text
# `note.*`, and so stands in the table of api/problem.c; what is put behind it comes after a colon
{
    grep -ohE 'fault_(set|at)\([^;"]*ERR_(CONFLICT|BUSY),[^;"]*(STR\("[^"]*"\),[^;"]*)?"[^"]*"' src/api/*.c src/flow/*.c src/{intake,lead,history,score,learn,task,route,team,outreach}/*.c
    grep -ohE 'fault_(set|at)\([^;"]*ERR_BUSY,[^;"]*"[^"]*"' src/db/*.c
} |
    sed -E 's/.*"([^"]*)"$/\1/; s/: %.*/:/; s/: $/:/' | grep -vE '^(%s|[a-z]+_[a-z_]+)$' | LC_ALL=C sort -u |
    awk 'NR == FNR { at = index($0, " = "); if (/^note\./) text[substr($0, at + 3)] = 1; next }
        !($0 in text) { print "src/text: no note.* says \"" $0 "\"" }' src/text/en.txt -
