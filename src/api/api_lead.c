/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_lead.h"
#include "api/lead_draft.h"

#include "api/api_axes.h"
#include "base/limits.h"
#include "flow/flow_calibrate.h"
#include "flow/flow_person.h"
#include "flow/flow_raise.h"
#include "flow/flow_report.h"
#include "lead/company.h"
#include "lead/normal.h"
#include "lead/profile.h"
#include "learn/calibrate_store.h"
#include "sys/currency.h"

#define QUERY_TEXT(member, most, words)                                                            \
    { .name = #member, .kind = FIELD_TEXT, .offset = offsetof(struct lead_query, member), .max = most, .help = words }

const struct field lead_list_query[] = {
    PAGE_FIELDS(struct lead_query),
    QUERY_TEXT(band, 40, "cold, warm, hot; several with commas"),
    QUERY_TEXT(owner, 40, "me, none or an id of a user"),
    QUERY_TEXT(q, 200, "beginnings of words of name, company, e-mail, phone"),
    QUERY_TEXT(stage, 100, "stages, with commas"),
    QUERY_TEXT(source, 200, "where the lead came from"),
    QUERY_TEXT(sort, 20, "-score, score, -seen_at, -created_at, name, cell (A1 first, the highest score first in each)"),
    QUERY_TEXT(cell, 40, "A1 to C3, or none; several with commas"),
    { .name = "icp", .kind = FIELD_INT, .offset = offsetof(struct lead_query, icp), .min = 0, .max = SCORE_ICP_MAX,
      .help = "the least match with the ideal customer, per cent" },
    QUERY_TEXT(step, 10, "none: leads of open stages for which no task is open"),
    { .name = "report", .kind = FIELD_ID, .offset = offsetof(struct lead_query, report), .prefix = PREFIX_REPORT,
      .help = "the leads that a report counted in one of its figures, in the report's own order; no other filter beside it" },
    QUERY_TEXT(bucket, 250, "which figure of the report: band.hot, band.hot:won"),
    QUERY_TEXT(figure, 1000, "the leads of a figure that is told anew: a report's question with its name before it, as speed?manager=us_...&bucket=fast; no other filter beside it"),
    { 0 },
};

/* ---- the list ---- */

/* What no index leads to: rows are read until enough fit. */
bool lead_list_heavy(const struct call *call)
{
    static const char *const names[] = { "q", "step", "stage", "source", "cell", "icp" };
    struct str rest = call->request->query, piece;

    while (str_next(&rest, '&', &piece))
        for (size_t i = 0; i < countof(names); i++)
            if (str_starts(piece, str_of(names[i])) && piece.len > strlen(names[i]) + 1)
                return true;
    return false;
}

static enum err bits_of(struct call *call, const char *field, const char *const *names, struct str words,
                        int (*number)(struct str), unsigned *bits)
{
    struct str rest = words, word;

    while (rest.len && str_next(&rest, ',', &word)) {
        int n = number(str_trim(word));

        if (n < 0)
            return query_word_bad(call, field, names);
        *bits |= 1u << n;
    }
    return ERR_NONE;
}

/* A1 to C3, or none: those that are not counted yet. */
static int cell_of(struct str name)
{
    return str_eq(name, STR("none")) ? SCORE_CELL_NONE : score_cell_find(name);
}

static enum err owner_of(struct call *call, struct str owner, struct lead_filter *f)
{
    struct user_id only = team_sees_only(&call->ctx.actor);

    f->any_owner = !owner.len;
    if (str_eq(owner, STR("me"))) {
        f->owner = call_user(call);
        if (!f->owner.v)
            return fault_field(&call->ctx, ERR_BAD_QUERY, "owner");
    } else if (owner.len && !str_eq(owner, STR("none"))
               && !id_parse(PREFIX_USER, owner, &f->owner.v)) {
        return fault_field(&call->ctx, ERR_BAD_QUERY, "owner");
    }
    if (!only.v)
        return ERR_NONE;
    if (!f->any_owner && f->owner.v != only.v)
        f->limit = 0;  /* what he asks for is not his to see: an empty list */
    f->any_owner = false;
    f->owner = only;
    return ERR_NONE;
}

enum err lead_filter_of(struct call *call, const struct lead_query *q, struct lead_filter *f)
{
    enum err e;

    f->icp = (int)q->icp;
    if ((e = bits_of(call, "band", band_names, q->band, lead_band_of, &f->bands))
        || (e = bits_of(call, "cell", score_cell_names, q->cell, cell_of, &f->cells))
        || (e = bits_of(call, "stage", lead_stage_names, q->stage, lead_stage_of, &f->stages))
        || (e = owner_of(call, q->owner, f)))
        return e;
    if (q->step.len && !str_eq(q->step, STR("none")))
        return fault_field(&call->ctx, ERR_BAD_QUERY, "step");
    if (q->step.len && !f->stages)
        f->stages = (1u << STAGE_WON) - 1;
    f->source = q->source;
    f->words = str_trim(q->q);
    for (int i = 0; q->sort.len; i++) {
        if (!lead_sort_names[i])
            return query_word_bad(call, "sort", lead_sort_names);
        f->sort = (enum lead_sort)i;
        if (str_eq(q->sort, str_of(lead_sort_names[i])))
            break;
    }
    return ERR_NONE;
}

struct cursor lead_cursor(const struct lead *last, enum lead_sort sort)
{
    struct cursor at = { .stands = true, .order = (unsigned char)sort, .id = last->id.v };

    if (sort == LEAD_BY_NAME)
        at.text = last->name.ptr ? last->name : STR("");
    else if (sort == LEAD_BY_SEEN)
        at.key = last->seen_at == INSTANT_NONE ? 0 : last->seen_at;
    else if (sort == LEAD_BY_CREATED)
        at.key = last->created_at;
    else if (sort == LEAD_BY_CELL)
        at.key = lead_cell_key(last);
    else
        at.key = last->score;
    return at;
}

void lead_go_on_after(struct lead_filter *f, const struct cursor *at)
{
    f->after_id = at->stands ? at->id : 0;
    f->after_value = at->key;
    f->after_text = at->text;
}

/* Tasks are another room's, so the list without a step is the list, read in pieces, less the leads that have one. It is counted
 * as far as STEP_SCAN leads down. */
enum { STEP_PIECE = 500, STEP_SCAN = 10000 };

enum err lead_drop_with_step(struct call *call, struct lead_page *piece)
{
    struct lead_id *ids = ARENA_ARRAY(call->ctx.arena, struct lead_id, piece->count + 1);
    struct task *next = ARENA_ARRAY(call->ctx.arena, struct task, piece->count + 1);
    size_t n = 0;
    enum err e;

    for (size_t i = 0; i < piece->count; i++)
        ids[i] = piece->items[i].id;
    if ((e = task_next_of(&call->ctx, call->tx, ids, piece->count, next)))
        return e;
    for (size_t i = 0; i < piece->count; i++)
        if (next[i].id.v == 0)
            piece->items[n++] = piece->items[i];
    piece->count = n;
    return ERR_NONE;
}

/* Fills page with up to limit leads (0: none) after f's place; total is how many there are from there on. */
static enum err scan_without_step(struct call *call, struct lead_filter f, int limit, struct lead_page *page)
{
    bool more = true;

    *page = (struct lead_page){ .items = ARENA_ARRAY(call->ctx.arena, struct lead, (size_t)limit + 1) };
    f.limit = STEP_PIECE;
    for (int seen = 0; more && seen < STEP_SCAN; seen += STEP_PIECE) {
        struct lead_page piece;
        struct cursor last;
        enum err e = lead_list(&call->ctx, call->tx, &f, &piece);

        if (e)
            return e;
        more = piece.more;
        if (more) {
            last = lead_cursor(&piece.items[piece.count - 1], f.sort);
            lead_go_on_after(&f, &last);
        }
        if ((e = lead_drop_with_step(call, &piece)))
            return e;
        for (size_t i = 0; i < piece.count && page->count < (size_t)limit; i++)
            page->items[page->count++] = piece.items[i];
        page->total += (int64_t)piece.count;
    }
    page->more = page->total > (int64_t)page->count;
    return ERR_NONE;
}

static enum err list_without_step(struct call *call, const struct lead_filter *f, int limit, struct lead_page *page)
{
    struct lead_filter all = *f;
    struct lead_page from_start;
    enum err e = scan_without_step(call, *f, limit, page);

    if (e || !f->after_id)
        return e;
    lead_go_on_after(&all, &(struct cursor){ .stands = false });
    e = scan_without_step(call, all, 0, &from_start);
    page->total = from_start.total;
    return e;
}

enum err lead_figure_open(struct call *call, struct lead_query *q)
{
    return q->figure.len ? report_figure(call, q->figure, call->request->arena, &q->ids) : ERR_NONE;
}

/* Places are those of q->ids. Leads that are gone, and others' for who sees his own alone, are passed over. */
static enum err figure_page(struct call *call, const struct lead_query *q, int limit, int64_t after, struct lead_page *page, int64_t *last)
{
    size_t from = (size_t)(after + 1), n, kept = 0;
    enum err e;

    if (from > q->ids.count)
        from = q->ids.count;
    n = q->ids.count - from < (size_t)limit ? q->ids.count - from : (size_t)limit;
    *page = (struct lead_page){ .items = ARENA_ARRAY(call->ctx.arena, struct lead, n + 1), .more = from + n < q->ids.count,
                                .total = after < 0 ? (int64_t)q->ids.count : -1 };
    if ((e = lead_get_many(&call->ctx, call->tx, q->ids.items + from, n, page->items)))
        return e;
    for (size_t i = 0; i < n; i++)
        if (page->items[i].id.v && team_may_see(&call->ctx.actor, page->items[i].owner))
            page->items[kept++] = page->items[i];
    page->count = kept;
    *last = after + (int64_t)n;
    return ERR_NONE;
}

enum err lead_report_page(struct call *call, const struct lead_query *q, int limit, int64_t after, struct lead_page *page,
                          int64_t *last)
{
    struct flow_report_ask ask = { { q->report }, q->bucket, after, limit };

    if (q->report && !q->bucket.len)
        return fault_field(&call->ctx, ERR_BAD_QUERY, "bucket");
    if (q->band.len || q->owner.len || q->q.len || q->stage.len || q->source.len || q->sort.len || q->step.len
        || q->cell.len || q->icp || (q->report && q->figure.len))
        return fault_field(&call->ctx, ERR_BAD_QUERY, q->report ? "report" : "figure");
    if (q->figure.len)
        return figure_page(call, q, limit, after, page, last);
    if (!team_right_has(&call->ctx.actor, RIGHT_LEAD_ALL))
        return ERR_FORBIDDEN;
    return flow_report_leads(&call->ctx, call->tx, &ask, page, last);
}

/* A report's own, beside enum lead_sort. */
enum { ORDER_OF_REPORT = 255 };

static enum err list_of_report(struct call *call, const struct lead_query *q, int limit, const struct cursor *after)
{
    struct lead_page page;
    struct lead_view *views;
    struct cursor next = { .stands = true, .order = ORDER_OF_REPORT, .id = q->report };
    enum err e = cursor_fits(call, after, ORDER_OF_REPORT);

    if (e || (e = lead_report_page(call, q, limit, after->stands ? after->key : -1, &page, &next.key)))
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct lead_view, page.count + 1);
    if ((e = lead_views(call, page.items, page.count, views)))
        return e;
    return reply_list(call, views, page.count, sizeof *views, page.more ? cursor_print(call, &next) : STR_NULL, page.total);
}

enum err lead_list_get(struct call *call)
{
    struct lead_query q = { 0 };
    struct lead_filter f = { .limit = 1 };
    struct lead_page page = { 0 };
    struct lead_view *views;
    struct cursor after, next;
    int64_t limit;
    enum err e;

    if ((e = query_read(call, &q)) || (e = page_read(call, &q.page, &limit, &after)) || (e = lead_figure_open(call, &q)))
        return e;
    if (q.report || q.figure.len)
        return list_of_report(call, &q, (int)limit, &after);
    if ((e = lead_filter_of(call, &q, &f)) || (e = cursor_fits(call, &after, (int)f.sort)))
        return e;
    if (!f.limit)
        return reply_list(call, NULL, 0, sizeof *views, STR_NULL, 0);
    f.limit = (int)limit;
    lead_go_on_after(&f, &after);
    e = q.step.len ? list_without_step(call, &f, f.limit, &page) : lead_list(&call->ctx, call->tx, &f, &page);
    if (e)
        return e;
    views = ARENA_ARRAY(call->ctx.arena, struct lead_view, page.count + 1);
    if ((e = lead_views(call, page.items, page.count, views)))
        return e;
    if (page.more)
        next = lead_cursor(&page.items[page.count - 1], f.sort);
    return reply_list_counted(call, views, page.count, sizeof *views, page.more ? cursor_print(call, &next) : STR_NULL,
                              (struct list_total){ page.total, page.total_more });
}

/* ---- one lead ---- */

static enum err show(struct call *call, struct lead_id id, bool made);

enum err lead_create(struct call *call)
{
    struct lead_draft d = { 0 };
    struct lead lead;
    struct lead_id id;
    bool made;
    enum err e = body_read(call, &d, NULL);

    if (e || (e = lead_draft_check(call, &d)) || (e = lead_draft_names_one(call, &d)))
        return e;
    e = flow_lead_add(call->house->flow, &call->ctx, call->tx, lead_draft_traits(call, &d, 0), &id, &made,
                      &call->messages);
    if (e || (e = lead_get(&call->ctx, call->tx, id, &lead)))
        return e;
    if (!made && !team_may_see(&call->ctx.actor, lead.owner))
        return fault_set(&call->ctx, ERR_CONFLICT, "this person is known already and is another's lead");
    if (made && team_sees_only(&call->ctx.actor).v && call_user(call).v) {
        struct lead_change own = { .set = LEAD_SET_OWNER, .owner = call_user(call) };

        if ((e = lead_set(&call->ctx, call->tx, id, 0, &own)))
            return e;
    }
    return show(call, id, made);
}

static struct str facts_json(struct call *call, const struct lead *lead)
{
    struct buf b = buf_new(call->ctx.arena, 4 << 20);
    struct json_out o = json_to(&b);
    struct profile p;

    json_begin(&o);
    if (lead_profile_read(&call->ctx, lead->facts, &p))
        p.count = 0;
    for (size_t i = 0; i < p.count; i++) {
        if (p.facts[i].value->type == JSON_NULL)
            continue;
        json_key_str(&o, p.facts[i].name);
        json_begin(&o);
        json_key(&o, "value");
        json_put(&o, p.facts[i].value);
        json_key(&o, "source");
        json_put_id(&o, PREFIX_KEY, p.facts[i].source_id);
        json_key(&o, "at");
        json_put_instant(&o, p.facts[i].at);
        json_key(&o, "verified");
        json_put_bool(&o, !p.facts[i].unverified);
        json_end(&o);
    }
    json_end(&o);
    return buf_str(&b);
}

static enum err people_json(struct call *call, const struct lead *lead, struct str *out)
{
    struct buf b = buf_new(call->ctx.arena, 1 << 20);
    struct json_out o = json_to(&b);
    struct lead *others = NULL;
    size_t n = 0;
    enum err e = ERR_NONE;

    if (lead->company.len)
        e = lead_of_company(&call->ctx, call->tx, lead->company, 20, &others, &n);
    if (e || (e = lead_call(&call->ctx, call->tx, others, n)))
        return e;
    json_list(&o);
    for (size_t i = 0; i < n; i++) {
        if (others[i].id.v == lead->id.v || !team_may_see(&call->ctx.actor, others[i].owner))
            continue;
        json_begin(&o);
        json_key(&o, "id");
        json_put_id(&o, PREFIX_LEAD, others[i].id.v);
        json_key(&o, "name");
        json_put_text(&o, others[i].name);
        json_key(&o, "called");
        json_put_text(&o, others[i].called);
        json_key(&o, "title");
        json_put_text(&o, others[i].title);
        json_key(&o, "band");
        json_put_text(&o, str_of(band_names[others[i].band]));
        json_key(&o, "score");
        json_put_int(&o, others[i].score);
        json_end(&o);
    }
    json_list_end(&o);
    *out = buf_str(&b);
    return ERR_NONE;
}

static enum err priority_json(struct call *call, const struct lead *lead, struct str *out)
{
    struct priority p;
    struct model *m;
    enum err e = flow_model(call->house->flow, &call->ctx, call->tx, &m);

    if (e)
        return e;
    if (!(e = flow_priorities(&call->ctx, call->tx, m, lead, 1, &p)))
        *out = priority_text(&call->ctx, &p);
    score_model_drop(m);
    return e;
}

/* Why it was lost: the newest word of its people since then, else what came with the loss (from a file, say, in its own words). */
static enum err lost_put(struct call *call, const struct lead *lead, struct lead_view *view)
{
    struct learn_feedback *said;
    struct outcome o;
    size_t n;
    enum err e;

    view->lost_at = INSTANT_NONE;
    if (lead->stage != STAGE_LOST)
        return ERR_NONE;
    if ((e = learn_outcomes_of(&call->ctx, call->tx, &lead->id, 1, &o))
        || (e = learn_feedback_list(&call->ctx, call->tx, lead->id, (struct user_id){ 0 }, 0, 1, &said, &n)) || o.state != OUTCOME_LOST)
        return e;
    view->lost_at = o.at;
    view->lost_reason = o.reason;
    if (n && said[0].verdict == FEEDBACK_REJECTED && said[0].at >= o.at) {
        view->lost_reason = str_of(learn_feedback_reasons[said[0].reason]);
        view->lost_note = said[0].note.len ? said[0].note : STR_NULL;
    }
    return ERR_NONE;
}

static enum err show(struct call *call, struct lead_id id, bool made)
{
    struct lead lead;
    struct lead_view view;
    enum err e = lead_get(&call->ctx, call->tx, id, &lead);

    if (e || (e = lead_views(call, &lead, 1, &view)) || (e = people_json(call, &lead, &view.people)))
        return e;
    view.facts = facts_json(call, &lead);
    view.company_id = lead.company.len ? lead_company_id(call->ctx.arena, lead.company).v : 0;
    if ((e = priority_json(call, &lead, &view.priority)) || (e = lost_put(call, &lead, &view)))
        return e;
    reply_etag(call, lead.version);
    return made ? reply_made(call, &view) : reply_ok(call, &view);
}

enum err lead_get_one(struct call *call)
{
    struct lead lead;
    enum err e = lead_of_call(call, &lead);

    return e ? e : show(call, lead.id, false);
}

/* ---- changes ---- */

struct lead_patch_body {
    struct lead_draft draft;
    int stage, lost_reason;
    int64_t amount, owner_id;
    struct str currency, lost_note;
};

#define PATCH_TEXT(member)                                                                         \
    { .name = #member, .kind = FIELD_TEXT, .offset = offsetof(struct lead_patch_body, draft.member), \
      .max = LIMIT_NAME_CHARS, .flags = FIELD_NULLABLE }
/* The first eight stand as in lead_draft_fields: their bits in `set` are the same. */
enum { PATCH_FACTS = 0x7f, PATCH_JSON = 0x80, PATCH_STAGE = 0x100, PATCH_AMOUNT = 0x200, PATCH_CURRENCY = 0x400, PATCH_OWNER = 0x800, PATCH_LOST = 0x1000 };

const struct field lead_patch_fields[] = {
    PATCH_TEXT(name), PATCH_TEXT(email), PATCH_TEXT(phone), PATCH_TEXT(title), PATCH_TEXT(company),
    PATCH_TEXT(source), PATCH_TEXT(external_id),
    { .name = "facts", .kind = FIELD_JSON, .offset = offsetof(struct lead_patch_body, draft.facts),
      .flags = FIELD_NULLABLE, .help = "facts to set; null clears one" },
    { .name = "stage", .kind = FIELD_ENUM, .offset = offsetof(struct lead_patch_body, stage), .names = lead_stage_names },
    { .name = "amount", .kind = FIELD_INT, .offset = offsetof(struct lead_patch_body, amount), .min = 0,
      .max = INT64_MAX / 1000, .help = "minor units by ISO 4217: of RUB hundredths, of JPY whole yen, of KWD thousandths" },
    { .name = "currency", .kind = FIELD_TEXT, .offset = offsetof(struct lead_patch_body, currency), .max = 3, .flags = FIELD_NULLABLE,
      .help = "ISO 4217, of the amount; null: the company's; unsaid: as it was" },
    { .name = "owner_id", .kind = FIELD_ID, .offset = offsetof(struct lead_patch_body, owner_id), .prefix = PREFIX_USER,
      .help = "as by /leads/{id}/assign; a head's right" },
    { .name = "lost_reason", .kind = FIELD_ENUM, .offset = offsetof(struct lead_patch_body, lost_reason), .names = learn_feedback_reasons,
      .help = "with stage lost: a word on the lead as by /leads/{id}/feedback; junk gives the turn back" },
    { .name = "lost_note", .kind = FIELD_TEXT, .offset = offsetof(struct lead_patch_body, lost_note), .max = LIMIT_TEXT_CHARS, .flags = FIELD_NULLABLE,
      .help = "with lost_reason: in a few words" },
    { 0 },
};

/* The currency is the amount's: alone it would say that the same number is other money. */
static enum err money_check(struct call *call, const struct lead_patch_body *b, uint64_t set)
{
    if (set & PATCH_CURRENCY && !(set & PATCH_AMOUNT))
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/currency"), "goes with an amount");
    if (b->currency.len && !currency_is_known(b->currency))
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/currency"), "a currency by its ISO 4217 code, as RUB");
    return ERR_NONE;
}

/* Another owner is a decision, and kept as one. */
static enum err owner_set(struct call *call, const struct lead *lead, int64_t owner)
{
    if (owner == lead->owner.v)
        return ERR_NONE;
    if (!team_right_has(&call->ctx.actor, RIGHT_LEAD_ASSIGN))
        return ERR_FORBIDDEN;
    if (!owner)
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/owner_id"), "a lead is given to somebody, never taken from all");
    return flow_lead_assign(call->house->flow, &call->ctx, call->tx, lead->id, (struct user_id){ owner }, STR_NULL,
                            &call->messages);
}

/* Why it was lost is a word of its people on it; one that said junk does not outlive the lead's being in work again. */
static enum err stage_word(struct call *call, const struct lead *before, const struct lead_patch_body *b, uint64_t set)
{
    struct learn_feedback word = { .lead = before->id, .verdict = FEEDBACK_REJECTED, .reason = b->lost_reason, .note = b->lost_note };
    bool lost = set & PATCH_STAGE && b->stage == STAGE_LOST;

    if (set & PATCH_LOST && !lost)
        return fault_at(&call->ctx, ERR_BAD_FIELD, STR("/lost_reason"), "only of a lead that this makes lost");
    if (lost && set & PATCH_LOST && b->lost_reason != FEEDBACK_NO_REASON)
        return flow_feedback(call->house->flow, &call->ctx, call->tx, &word, &call->messages);
    if (set & PATCH_STAGE && !lost && before->stage == STAGE_LOST)
        return flow_feedback_reopened(call->house->flow, &call->ctx, call->tx, before->id, &call->messages);
    return ERR_NONE;
}

enum err lead_patch(struct call *call)
{
    struct lead_patch_body b = { 0 };
    struct lead lead;
    uint64_t set = 0;
    enum err e;

    if ((e = body_read(call, &b, &set)) || (e = lead_draft_check(call, &b.draft)) || (e = money_check(call, &b, set))
        || (e = lead_of_call(call, &lead)) || (e = match_version(call, lead.version)))
        return e;
    if (lead.merged_into.v)
        return fault_set(&call->ctx, ERR_CONFLICT, "the lead is merged into another one");
    if (set & (PATCH_FACTS | PATCH_JSON)) {
        e = flow_lead_facts(call->house->flow, &call->ctx, call->tx, lead.id,
                            lead_draft_traits(call, &b.draft, set & PATCH_FACTS), &call->messages);
        if (e)
            return e;
    }
    if (set & (PATCH_STAGE | PATCH_AMOUNT)) {
        struct lead_change change = {
            .set = (set & PATCH_STAGE ? LEAD_SET_STAGE : 0) | (set & PATCH_AMOUNT ? LEAD_SET_AMOUNT : 0),
            .stage = b.stage, .amount = b.amount, .currency = set & PATCH_CURRENCY ? b.currency : lead.currency,
        };

        if (set & PATCH_LOST && b.stage == STAGE_LOST && b.lost_reason != FEEDBACK_NO_REASON) {
            change.reason = str_of(learn_feedback_reasons[b.lost_reason]);
            change.note = b.lost_note;
        }

        e = flow_lead_set(call->house->flow, &call->ctx, call->tx, lead.id, 0, &change, &call->messages);
        if (e)
            return e;
    }
    if ((e = stage_word(call, &lead, &b, set)))
        return e;
    if (set & PATCH_OWNER && (e = owner_set(call, &lead, b.owner_id)))
        return e;
    return show(call, lead.id, false);
}
