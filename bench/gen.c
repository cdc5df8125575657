/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* gen.c - a big database, quickly: gen DATABASE LEADS EVENTS_A_LEAD. Straight into the tables, through db/; nothing is scored: scores are drawn. */
#include "base/buf.h"
#include "bench/rows.h"
#include "score/score_store.h"
#include "sys/clock.h"

enum { CHUNK = 2000 };

struct gen {
    struct ctx c;
    struct db *db;
    struct db_tx *tx;
    uint64_t mix;
    int64_t message;
};

static uint64_t roll(struct gen *g)
{
    g->mix ^= g->mix << 13;
    g->mix ^= g->mix >> 7;
    g->mix ^= g->mix << 17;
    return g->mix;
}

/* Most are cold, few are hot, as in life. */
static int64_t score_drawn(uint64_t r)
{
    int64_t s = (int64_t)(r % 100);
    return s < 80 ? s * 30 / 80 : s < 97 ? 31 + (s - 80) * 40 / 17 : 71 + (s - 97) * 9;
}

static void leads_add(struct gen *g, const int64_t *ids, int64_t first, size_t n, instant now)
{
    static const char *const sources[] = { "google", "yandex", "site", "fair", "partner" };
    struct arena *a = g->c.arena;
    struct db_value *lead = ARENA_ARRAY(a, struct db_value, n * 9), *at = ARENA_ARRAY(a, struct db_value, n * 7);
    struct db_value *who = ARENA_ARRAY(a, struct db_value, n * 7);
    for (size_t i = 0; i < n; i++) {
        int64_t number = first + (int64_t)i, score = score_drawn(roll(g)), born = now - (int64_t)(roll(g) % 7776000) * SECOND_US;
        struct db_value *l = lead + 9 * i, *s = at + 7 * i, *w = who + 7 * i;
        l[0] = db_int(ids[i]);
        l[1] = db_int(1);
        l[2] = db_str(str_print(a, "Person Number %lld", (long long)number));
        l[3] = db_str(str_print(a, "person%lld@company%lld.example", (long long)number, (long long)number / 8));
        l[4] = db_str(str_print(a, "+7912%07lld", (long long)number % 10000000));
        l[5] = db_str(str_of(number % 5 ? "Manager" : "CEO"));
        l[6] = db_str(str_print(a, "Company %lld", (long long)number / 8));
        l[7] = db_str(STR("{}"));
        l[8] = db_int(born);
        s[0] = db_int(ids[i]);
        s[1] = db_int((int64_t)(roll(g) % 5));
        s[2] = db_str(str_of(sources[roll(g) % countof(sources)]));
        s[3] = db_int(score > 70 ? 2 : score > 30);
        s[4] = db_int(score);
        s[5] = db_int(now - (int64_t)(roll(g) % 2592000) * SECOND_US);
        s[6] = db_int(born);
        w[0] = db_int((int64_t)(roll(g) >> 1));
        w[1] = db_int(1);
        w[2] = db_str(str_print(a, "gen-%lld", (long long)number));
        w[3] = w[4] = db_int(ids[i]);
        w[5] = db_int(0);
        w[6] = db_int(born);
    }
    bench_ok(&g->c, db_many(&g->c, g->tx,
                            "INSERT INTO lead (id, version, name, email, phone, title, company, facts, created_at, unverified)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)", lead, n, 9, NULL));
    bench_ok(&g->c, db_many(&g->c, g->tx,
                            "INSERT INTO lead_now (lead_id, stage, source, band, score, seen_at, created_at)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7)", at, n, 7, NULL));
    bench_ok(&g->c, db_many(&g->c, g->tx,
                            "INSERT INTO identity (key, kind, value, lead_id, root_id, unverified, at)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO NOTHING", who, n, 7, NULL));
}

static void events_add(struct gen *g, int64_t lead, int64_t count, instant now)
{
    struct arena *a = g->c.arena;
    struct db_value *v = ARENA_ARRAY(a, struct db_value, (size_t)count * 9), *m = ARENA_ARRAY(a, struct db_value, (size_t)count * 3);
    for (int64_t i = 0; i < count; i++) {
        struct db_value *e = v + 9 * i;
        instant at = now - (count - i) * HOUR_US - (int64_t)(roll(g) % 3600) * SECOND_US;
        e[0] = db_int(lead);
        e[1] = db_int(at);
        e[2] = db_int(db_new_id(g->tx));
        e[3] = db_int(at);
        e[4] = db_int(1);
        e[5] = db_str(STR("/pricing"));
        e[6] = db_str(str_print(a, "gen-message-%lld", (long long)g->message));
        e[7] = db_str(STR("{\"properties\":{\"path\":\"/pricing\",\"url\":\"https://shop.example/pricing\",\"title\":\"Prices\"},"
                          "\"context\":{\"locale\":\"ru-RU\",\"page\":{\"path\":\"/pricing\"}}}"));
        e[8] = db_int(0);
        m[3 * i] = db_int(g->message++);
        m[3 * i + 1] = db_int((int64_t)(roll(g) >> 1));
        m[3 * i + 2] = e[2];
    }
    bench_ok(&g->c, db_many(&g->c, g->tx,
                            "INSERT INTO event (lead_id, at, id, known_at, kind, path, message_id, body, flags)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", v, (size_t)count, 9, NULL));
    bench_ok(&g->c, db_many(&g->c, g->tx, "INSERT INTO message (key, mark, event_id) VALUES ($1, $2, $3)", m, (size_t)count, 3, NULL));
}

int main(int argc, char **argv)
{
    struct gen g = { .c = { .arena = arena_new(0) }, .mix = 88172645463325252u };
    if (argc != 4)
        return 2;
    int64_t leads = atoll(argv[2]), events = atoll(argv[3]), *ids = calloc(CHUNK, sizeof *ids);
    instant now = clock_wall();
    bench_ok(&g.c, db_open(&g.c, argv[1], 1, &g.db));
    bench_ok(&g.c, db_migrate(&g.c, g.db));
    int64_t model;
    bench_ok(&g.c, db_write(&g.c, g.db, &g.tx)); /* the starter model, and its word that all leads are scored by it */
    bench_ok(&g.c, score_model_start(&g.c, g.tx));
    bench_ok(&g.c, score_model_live_id(&g.c, g.tx, &model));
    bench_ok(&g.c, score_applied_put(&g.c, g.tx, model));
    bench_ok(&g.c, db_commit(&g.c, g.tx));
    for (int64_t done = 0; done < leads; done += CHUNK) {
        size_t n = leads - done < CHUNK ? (size_t)(leads - done) : CHUNK;
        arena_reset(g.c.arena);
        bench_ok(&g.c, db_write(&g.c, g.db, &g.tx));
        for (size_t i = 0; i < n; i++)
            ids[i] = db_new_id(g.tx);
        leads_add(&g, ids, done, n, now);
        for (size_t i = 0; events && i < n; i++)
            events_add(&g, ids[i], events, now);
        bench_ok(&g.c, db_commit(&g.c, g.tx));
    }
    db_close(g.db);
    printf("leads: %lld\nevents: %lld\n", (long long)leads, (long long)(leads * events));
    return 0;
}
