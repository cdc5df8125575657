# From the event to the Telegram message (a stand-in of the Bot API) and to the manager's stream, on both databases.
. "$(dirname "$0")/lib.sh"
pg_need || exit 1
count=300
[ -n "${BENCH_SMALL:-}" ] && count=30
code=0
echo "cores: $(nproc)"
for database in sqlite postgresql; do
    echo "database: $database"
    GRADUS_TEST_DATABASE=$database node bench/notify.mjs $count || code=1
done
echo "goal_telegram_p50_of_ceiling: 2.00"
exit $code
