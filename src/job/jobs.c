/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The one table of jobs. */
#include "job/job.h"

#include "base/embed.h"
#include "flow/flow_clock.h"
#include "flow/flow_contest.h"
#include "flow/flow_demo.h"
#include "flow/flow_film.h"
#include "flow/flow_import.h"
#include "flow/flow_outcome.h"
#include "flow/flow_quarantine.h"
#include "flow/flow_report.h"
#include "flow/flow_transfer.h"
#include "lead/lead.h"
#include "score/score_store.h"
#include "team/idem.h"
#include "team/key.h"
#include "team/session.h"
#include "team/user.h"

/* For "last used" in the list of keys. What is taken and then not committed is noted again at the key's next use. */
static enum err note_keys(struct job_call *call)
{
    struct key_use keys[64];
    size_t count = call->ear->used_keys ? call->ear->used_keys(call->ear->self, keys, countof(keys)) : 0;
    enum err e = ERR_NONE;

    for (size_t i = 0; i < count && e == ERR_NONE; i++)
        e = team_key_set_used(&call->ctx, call->tx, keys[i]);
    call->more = count == countof(keys);
    return e;
}

static enum err clean_sessions(struct job_call *call)
{
    return team_session_clean(&call->ctx, call->tx, &call->done);
}

static enum err clean_idem(struct job_call *call)
{
    return team_idem_clean(&call->ctx, call->tx, &call->done);
}

enum { CLOCK_LEADS = 500, RESCORE_LEADS = 200, KEPT_LEAD = 0, KEPT_NOW = 1 };

static enum err next_clock(struct ctx *c, struct db_tx *tx, const int64_t kept[JOB_KEPT], instant *at)
{
    (void)kept;
    return flow_clock_next(c, tx, at);
}

/* Scores that change by time alone, at the instant at which they do; and who waits in a queue. */
static enum err walk_clock(struct job_call *call)
{
    int done = 0;
    enum err e = flow_clock(call->flow, &call->ctx, call->tx, CLOCK_LEADS, &call->messages, &done, &call->more);

    call->done = done;
    return e;
}

/* Due at once when another model is live than the one all leads were seen to be scored by. */
static enum err next_rescore(struct ctx *c, struct db_tx *tx, const int64_t kept[JOB_KEPT], instant *at)
{
    int64_t live = 0, applied = 0;
    enum err e = score_model_live_id(c, tx, &live);

    (void)kept;
    if (e == ERR_NONE)
        e = score_applied_get(c, tx, &applied);
    if (e)
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    *at = live == applied ? INSTANT_NEVER : c->now;
    return ERR_NONE;
}

static enum err rescore(struct job_call *call)
{
    struct lead_id after = { call->kept[KEPT_LEAD] };
    int64_t live = 0;
    int done = 0;
    enum err e = score_model_live_id(&call->ctx, call->tx, &live);

    if (e == ERR_NONE && live != call->kept[KEPT_NOW])
        after.v = 0; /* published again meanwhile: from the beginning */
    call->kept[KEPT_NOW] = live;
    if (e == ERR_NONE)
        e = flow_rescore(call->flow, &call->ctx, call->tx, &after, RESCORE_LEADS, &call->messages, &done);
    if (e)
        return e;
    call->done = done;
    call->more = done > 0;
    call->kept[KEPT_LEAD] = done > 0 ? after.v : 0;
    return done == 0 ? score_applied_put(&call->ctx, call->tx, live) : ERR_NONE;
}

enum { WALK_LEADS = 200 };

/* A walk over all leads, once in the life of a database: last tells which it has passed, INT64_MAX when all. */
static enum err next_of_walk(struct ctx *c, struct db_tx *tx, enum err (*last)(struct ctx *, struct db_tx *, struct lead_id *), instant *at)
{
    struct lead_id passed;
    enum err e = last(c, tx, &passed);

    *at = e == ERR_NONE && passed.v < INT64_MAX ? c->now : INSTANT_NEVER;
    return e;
}

/* Leads that ended before outcomes were kept. */
static enum err next_outcomes(struct ctx *c, struct db_tx *tx, const int64_t kept[JOB_KEPT], instant *at)
{
    (void)kept;
    return next_of_walk(c, tx, learn_walked_get, at);
}

static enum err walk_outcomes(struct job_call *call)
{
    bool done;
    enum err e = flow_outcome_walk(&call->ctx, call->tx, WALK_LEADS, &call->messages, &done);

    call->more = !e && !done;
    return e;
}

/* Leads of before lists left out those whom only programs have shown. */
static enum err next_delist(struct ctx *c, struct db_tx *tx, const int64_t kept[JOB_KEPT], instant *at)
{
    (void)kept;
    return next_of_walk(c, tx, lead_delisted_get, at);
}

static enum err walk_delist(struct job_call *call)
{
    bool done;
    enum err e = flow_delist_walk(&call->ctx, call->tx, WALK_LEADS, &done);

    call->more = !e && !done;
    return e;
}

enum { KEPT_REJECTS = 100000 };

static enum err clean_rejects(struct job_call *call)
{
    return intake_rejects_cut(&call->ctx, call->tx, KEPT_REJECTS);
}

static enum err sweep_lists(struct job_call *call)
{
    return flow_report_sweep(&call->ctx, call->tx, &call->done);
}

/* Due at once while an import has rows to take or to take back. */
static enum err next_import(struct ctx *c, struct db_tx *tx, const int64_t kept[JOB_KEPT], instant *at)
{
    struct intake_import one;
    enum err e = intake_import_due(c, tx, &one);

    (void)kept;
    *at = e == ERR_NONE ? c->now : INSTANT_NEVER;
    return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

static enum err take_import(struct job_call *call)
{
    struct intake_import one;
    bool worked;

    if (!call->flow->importer)
        call->flow->importer = flow_import_open();
    enum err e = flow_import_step(call->flow->importer, call->flow, &call->ctx, call->tx, (struct import_id){ 0 },
                                  &call->messages, &one, &worked);
    if (e || !worked)
        return e;
    call->done = 1;
    call->more = one.state == INTAKE_RUNNING || one.state == INTAKE_UNDOING;
    call->tell_event = "job.progress";
    call->tell_user = one.user;
    call->tell_json = flow_import_progress(call->ctx.arena, &one);
    return ERR_NONE;
}

/* Due at once while a mark has leads to walk. */
static enum err next_marks(struct ctx *c, struct db_tx *tx, const int64_t kept[JOB_KEPT], instant *at)
{
    struct intake_mark m;
    enum err e = intake_mark_due(c, tx, &m);

    (void)kept;
    *at = e == ERR_NONE ? c->now : INSTANT_NEVER;
    return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

enum { TRANSFER_PART = 50 };

/* Due at once while leads are being handed over, or taken back. */
static enum err next_transfer(struct ctx *c, struct db_tx *tx, const int64_t kept[JOB_KEPT], instant *at)
{
    struct transfer t;
    enum err e = route_transfer_next(c, tx, TRANSFER_RUNNING, TRANSFER_UNDOING, &t);

    (void)kept;
    *at = !e && t.id.v ? c->now : INSTANT_NEVER;
    return e;
}

static struct str transfer_progress(struct arena *a, const struct transfer *t)
{
    struct buf b = buf_new(a, 512);
    struct json_out o = json_to(&b);
    bool undo = t->state == TRANSFER_UNDOING || t->state == TRANSFER_UNDONE;

    json_begin(&o);
    json_key(&o, "id");
    json_put_id(&o, PREFIX_TRANSFER, t->id.v);
    json_key(&o, "kind");
    json_put_text(&o, STR("transfer"));
    json_key(&o, "state");
    json_put_text(&o, str_of(route_transfer_states[t->state]));
    json_key(&o, "rows");
    json_put_int(&o, undo ? t->moved : t->leads);
    json_key(&o, "done");
    json_put_int(&o, undo ? t->back : t->moved + t->passed);
    json_end(&o);
    return buf_str(&b);
}

static enum err move_transfer(struct job_call *call)
{
    struct transfer t;
    enum err e = flow_transfer_part(&call->ctx, call->tx, TRANSFER_PART, &t, &call->messages);

    if (e || !t.id.v)
        return e;
    call->done = 1;
    call->more = t.state == TRANSFER_RUNNING || t.state == TRANSFER_UNDOING;
    call->tell_event = "job.progress";
    call->tell_user = t.by;
    call->tell_json = transfer_progress(call->ctx.arena, &t);
    return ERR_NONE;
}

static struct str mark_progress(struct arena *a, const struct intake_mark *m)
{
    struct buf b = buf_new(a, 512);
    struct json_out o = json_to(&b);

    json_begin(&o);
    json_key(&o, "id");
    json_put_id(&o, PREFIX_MARK, m->id.v);
    json_key(&o, "rows");
    json_put_int(&o, m->total);
    json_key(&o, "done");
    json_put_int(&o, m->done);
    json_end(&o);
    return buf_str(&b);
}

static enum err walk_marks(struct job_call *call)
{
    struct intake_mark m;
    bool worked;
    enum err e = flow_mark_step(call->flow, &call->ctx, call->tx, QUARANTINE_LEADS, &call->messages, &m, &worked);

    if (e || !worked)
        return e;
    call->done = 1;
    call->more = m.place.v < INT64_MAX;
    call->tell_event = "job.progress";
    call->tell_user = intake_mark_stands(&m) ? m.made_by : m.undone_by;
    call->tell_json = mark_progress(call->ctx.arena, &m);
    return ERR_NONE;
}

enum { STAFF_MARKS = 20 };

static enum err mark_staff(struct job_call *call)
{
    return flow_mark_staff(call->flow, &call->ctx, call->tx, STAFF_MARKS, &call->messages, &call->more);
}

enum { KEPT_DEMO = 0, DEMO_YES = 1, DEMO_NO = 2, TRICKLE_US = 4 * 1000000 };

/* A demonstration company's visitors do not stop when its history ends. */
static enum err trickle(struct job_call *call)
{
    const struct embed *file = embed_find(STR("demo/people.csv"));
    struct demo_plan plan;
    struct user owner;
    enum err e;

    if (call->kept[KEPT_DEMO] == DEMO_NO || !file)
        return ERR_NONE;
    if (call->kept[KEPT_DEMO] != DEMO_YES) {
        e = team_user_get_by_email(&call->ctx, call->tx, STR(FLOW_DEMO_OWNER), &owner);
        call->kept[KEPT_DEMO] = e == ERR_NONE ? DEMO_YES : DEMO_NO;
        if (e)
            return e == ERR_NOT_FOUND ? ERR_NONE : e;
    }
    e = flow_demo_plan(&call->ctx, file->body, call->ctx.now, &plan);
    if (e)
        return e;
    return flow_demo_trickle(call->flow, &call->ctx, call->tx, &plan, (uint64_t)call->ctx.now, 0, &call->messages);
}

/* A contest ends itself when it is decided. */
static enum err watch_contest(struct job_call *call)
{
    bool ended;
    enum err e = flow_contest_watch(&call->ctx, call->tx, &call->messages, &ended);

    call->done = !e && ended;
    return e;
}

/* The histories kept for whoever edits a model: let go of when nobody does. */
static enum err rest_film(struct job_call *call)
{
    flow_film_rest(call->flow);
    return ERR_NONE;
}

const struct job job_table[] = {
    { "clock", 0, next_clock, walk_clock, "scores that change by time alone" },
    { "rescore", 0, next_rescore, rescore, "after another model was published: leads it was not applied to" },
    { "import", 0, next_import, take_import, "rows of files, taken or taken back" },
    { "outcomes", 0, next_outcomes, walk_outcomes, "leads of before their outcomes were kept" },
    { "delist", 0, next_delist, walk_delist, "leads of before lists left out those whom only programs have shown" },
    { "contest", MINUTE_US, NULL, watch_contest, "a contest of models that is decided ends itself" },
    { "transfer", 0, next_transfer, move_transfer, "leads handed over many at once, or taken back" },
    { "marks", 0, next_marks, walk_marks, "events that a mark of people holds, or does no longer" },
    { "staff", MINUTE_US, NULL, mark_staff, "addresses of the house's own users: no leads" },
    { "rejects", HOUR_US, NULL, clean_rejects, "refused events beyond the newest hundred thousand" },
    { "lists", HOUR_US, NULL, sweep_lists, "lists of leads that no report leads to any more; at a start too" },
    { "film", MINUTE_US, NULL, rest_film, "histories kept in memory while a model is edited" },
    { "keys", MINUTE_US, NULL, note_keys, "when keys of programs were last used" },
    { "demo", TRICKLE_US, NULL, trickle, "visitors of the demonstration company; nothing in any other" },
    { "sessions", HOUR_US, NULL, clean_sessions, "sessions whose term is over" },
    { "idem", HOUR_US, NULL, clean_idem, "answers kept for repeats, older than a day" },
    { 0 }
};
