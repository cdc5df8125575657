# Rows that must be there once: slugs of errors, method and path of endpoints, numbers of migrations.
cd "$(dirname "$0")/../.." || exit 1
sed -nE 's/^ERR\(.*"([a-z_]+)".*/\1/p' src/base/err.def | sort | uniq -d | sed 's/^/err.def: twice: /'
sed -nE 's/^ERR\((ERR_[A-Z0-9_]+).*/\1/p' src/base/err.def | sort | uniq -d | sed 's/^/err.def: twice: /'
sed -nE 's/^ *\{ *(GET|POST|PUT|PATCH|DELETE|METHOD_[A-Z]+), *("[^"]+").*/\1 \2/p' src/api/endpoints.c | sort | uniq -d | sed 's/^/endpoints.c: twice: /'
ls sql/*.sql | sed -E 's|sql/([0-9]+)_.*|\1|' | sort | uniq -d | sed 's/^/sql: the number is there twice: /'
ls sql/*.sql | grep -vE '^sql/[0-9]{4}_[a-z_]+\.sql$' | sed 's/$/: not NNNN_room.sql/'
