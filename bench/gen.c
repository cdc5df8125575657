/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* gen.c - a big database, quickly: gen DATABASE LEADS EVENTS_A_LEAD. Straight into the tables, through db/. Scores and bands are drawn, not
 * counted; what is kept of a lead's past is what its events give, so that a list finds its reasons as it does in a house that lives. Nothing is due,
 * lest the clock take part in what is measured. */
#include "base/buf.h"
#include "bench/rows.h"
#include "history/history.h"
#include "lead/lead.h"
#include "score/replay.h"
#include "score/score_store.h"
#include "sys/clock.h"

enum { CHUNK = 2000 };

struct gen {
    struct ctx c;
    struct db *db;
    struct db_tx *tx;
    uint64_t mix;
    int64_t message;
    struct model *model;
    int64_t scores[CHUNK];
    instant born[CHUNK];
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
    struct db_value *lead = ARENA_ARRAY(a, struct db_value, n * 9), *at = ARENA_ARRAY(a, struct db_value, n * 8);
    struct db_value *who = ARENA_ARRAY(a, struct db_value, n * 7);
    for (size_t i = 0; i < n; i++) {
        int64_t number = first + (int64_t)i, score = score_drawn(roll(g)), born = now - (int64_t)(roll(g) % 7776000) * SECOND_US;
        struct db_value *l = lead + 9 * i, *s = at + 8 * i, *w = who + 7 * i;
        g->scores[i] = score;
        g->born[i] = born;
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
        s[7] = db_int(lead_seen_hour(s[5].integer));
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
                            "INSERT INTO lead_now (lead_id, stage, source, band, score, seen_at, created_at, seen_hour)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", at, n, 8, NULL));
    bench_ok(&g->c, db_many(&g->c, g->tx,
                            "INSERT INTO identity (key, kind, value, lead_id, root_id, unverified, at)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO NOTHING", who, n, 7, NULL));
}

static void events_add(struct gen *g, int64_t lead, int64_t count, instant now, struct past_event *past)
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
        past[i] = (struct past_event){ .id = e[2].integer, .kind = EVENT_PAGE, .path = e[5].text, .at = at, .known_at = at, .source_id = 0,
                                       .tie = history_tie(e[6].text, 0) };
        m[3 * i] = db_int(g->message++);
        m[3 * i + 1] = db_int((int64_t)(roll(g) >> 1));
        m[3 * i + 2] = e[2];
    }
    bench_ok(&g->c, db_many(&g->c, g->tx,
                            "INSERT INTO event (lead_id, at, id, known_at, kind, path, message_id, body, flags)"
                            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", v, (size_t)count, 9, NULL));
    bench_ok(&g->c, db_many(&g->c, g->tx, "INSERT INTO message (key, mark, event_id) VALUES ($1, $2, $3)", m, (size_t)count, 3, NULL));
}

/* What the past of lead i of this chunk comes down to. */
static struct score_walked kept_of(struct gen *g, size_t i, const struct past_event *past, size_t count, instant now)
{
    struct history h = { .born = g->born[i], .events = past, .event_count = count };
    struct score_walked w = score_rebuild(g->model, &h, now, g->c.arena);
    int64_t score = g->scores[i];
    w.kept.total = score * FIX_ONE;
    w.kept.band.band = score > 70 ? BAND_HOT : score > 30 ? BAND_WARM : BAND_COLD;
    w.kept.next_change = w.kept.due = INSTANT_NEVER;
    w.crossing_count = 0;
    w.changed = w.due_moved = true;
    return w;
}

static void chunk_add(struct gen *g, int64_t first, size_t n, int64_t events, instant now)
{
    struct arena *a = g->c.arena;
    struct lead_id *leads = ARENA_ARRAY(a, struct lead_id, n);
    struct score_walked *walked = ARENA_ARRAY(a, struct score_walked, n);
    int64_t *ids = ARENA_ARRAY(a, int64_t, n);
    for (size_t i = 0; i < n; i++)
        leads[i].v = ids[i] = db_new_id(g->tx);
    leads_add(g, ids, first, n, now);
    for (size_t i = 0; i < n; i++) {
        struct past_event *past = ARENA_ARRAY(a, struct past_event, (size_t)events + 1);
        if (events)
            events_add(g, ids[i], events, now, past);
        walked[i] = kept_of(g, i, past, (size_t)events, now);
    }
    bench_ok(&g->c, score_keep(&g->c, g->tx, leads, walked, n, NULL));
}

int main(int argc, char **argv)
{
    struct gen *g = calloc(1, sizeof *g);
    if (argc != 4 || !g)
        return 2;
    g->c.arena = arena_new(0);
    g->mix = 88172645463325252u;
    int64_t leads = atoll(argv[2]), events = atoll(argv[3]);
    instant now = clock_wall();
    bench_ok(&g->c, db_open(&g->c, argv[1], 1, &g->db));
    bench_ok(&g->c, db_migrate(&g->c, g->db));
    int64_t model;
    bench_ok(&g->c, db_write(&g->c, g->db, &g->tx)); /* the starter model, and its word that all leads are scored by it */
    bench_ok(&g->c, score_model_start(&g->c, g->tx, LANG_RU));
    bench_ok(&g->c, score_model_live_id(&g->c, g->tx, &model));
    bench_ok(&g->c, score_model_live_compiled(&g->c, g->tx, &g->model));
    bench_ok(&g->c, score_applied_put(&g->c, g->tx, model));
    bench_ok(&g->c, db_commit(&g->c, g->tx));
    for (int64_t done = 0; done < leads; done += CHUNK) {
        arena_reset(g->c.arena);
        bench_ok(&g->c, db_write(&g->c, g->db, &g->tx));
        chunk_add(g, done, leads - done < CHUNK ? (size_t)(leads - done) : CHUNK, events, now);
        bench_ok(&g->c, db_commit(&g->c, g->tx));
    }
    score_model_drop(g->model);
    db_close(g->db);
    printf("leads: %lld\nevents: %lld\n", (long long)leads, (long long)(leads * events));
    return 0;
}
