# What whatever reads a model says of a fault is English, for the log; src/score/lint.c has it in a marketer's words. Each note there is must read like one
# of its rows (% is what differs), or a Russian marketer is told no more than that the value does not fit.
cd "$(dirname "$0")/../.." || exit 1
calls='(fault_at|fault_set|score_words_wrong|score_words_wrong_at)\([^;]*;'
text='"([^"\\]|\\.)*"'
for f in src/score/{body,model,axes,company,file_words,file_when,file_parse,file_read}.c src/cond/{parse,compile,op}.c src/base/json.c; do
    tr '\n' ' ' <"$f" | sed 's/" *"//g' | grep -oE "$calls" | grep -oE "$text" | grep ' '
done | sed 's/^"//; s/"$//; s/%[a-z]*/%/g' | LC_ALL=C sort -u |
    awk 'NR == FNR { gsub(/[][().*+?^$|\\{}]/, "\\\\&"); gsub(/%/, ".*"); row[++n] = "^" $0 "$"; next }
        { for (i = 1; i <= n; i++) if ($0 ~ row[i]) next; print "src/score/lint.c: no row for the note \"" $0 "\"" }' \
        <(grep -oE "^    \{$text, \"" src/score/lint.c | sed 's/^    {"//; s/", "$//') -
