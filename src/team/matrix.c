/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "team/matrix.h"

enum { MATRIX_ROWS = 100000 };

const char *const team_cell_states[SKILL_CELL_STATES + 1] = { "none", "valid", "expiring", "failed", "expired", "revoked", NULL };

enum err team_matrix_read(struct ctx *c, struct db_tx *tx, struct user_id user, struct skill_matrix *m)
{
    enum err e;

    *m = (struct skill_matrix){ .count_count = 0 };
    if ((e = team_product_list(c, tx, &m->products)) || (e = team_certificate_all(c, tx, user, MATRIX_ROWS, &m->certificates))
        || (e = team_attempt_all(c, tx, user, MATRIX_ROWS, &m->attempts)) || (e = team_attempt_resets(c, tx, user, &m->resets, &m->reset_count)))
        return e;
    e = team_exam_order_list(c, tx, user, &m->orders, &m->order_count);
    return e ? e : team_question_counts(c, tx, &m->counts, &m->count_count);
}

int64_t team_matrix_questions(const struct skill_matrix *m, struct product_id product)
{
    for (size_t i = 0; i < m->count_count; i++)
        if (m->counts[i].product.v == product.v)
            return m->counts[i].count;
    return 0;
}

/* The first of a list ordered by (user, product) that is not before the pair: i of n, of which before(i) says whether it is. */
#define FIRST_OF(items, n, u, p, from)                                                             \
    do {                                                                                           \
        size_t low_ = 0, high_ = (n);                                                              \
                                                                                                   \
        while (low_ < high_) {                                                                     \
            size_t mid_ = (low_ + high_) / 2;                                                      \
                                                                                                   \
            if ((items)[mid_].user.v < (u).v || ((items)[mid_].user.v == (u).v && (items)[mid_].product.v < (p).v)) \
                low_ = mid_ + 1;                                                                   \
            else                                                                                   \
                high_ = mid_;                                                                      \
        }                                                                                          \
        *(from) = low_;                                                                            \
    } while (0)

static size_t certificates_of(const struct skill_matrix *m, struct user_id user, struct product_id product, const struct certificate **first)
{
    const struct certificates *all = &m->certificates;
    size_t from, n = 0;

    FIRST_OF(all->items, all->count, user, product, &from);
    *first = all->items + from;
    while (from + n < all->count && all->items[from + n].user.v == user.v && all->items[from + n].product.v == product.v)
        n++;
    return n;
}

static size_t attempts_of(const struct skill_matrix *m, struct user_id user, struct product_id product, const struct attempt **first)
{
    const struct attempts *all = &m->attempts;
    size_t from, n = 0;

    FIRST_OF(all->items, all->count, user, product, &from);
    *first = all->items + from;
    while (from + n < all->count && all->items[from + n].user.v == user.v && all->items[from + n].product.v == product.v)
        n++;
    return n;
}

/* When a certificate that holds no more stopped to. */
static instant ended_at(const struct certificate *x)
{
    return x->revoked_at != INSTANT_NONE && x->revoked_at < x->until ? x->revoked_at : x->until;
}

static const struct certificate *latest_of(const struct certificate *list, size_t n, instant now)
{
    const struct certificate *best = NULL;

    for (size_t i = 0; i < n; i++) {
        bool valid = team_certificate_state(&list[i], now) == CERTIFICATE_VALID && list[i].from <= now;
        bool had = best && team_certificate_state(best, now) == CERTIFICATE_VALID && best->from <= now;

        if (!best || (valid && (!had || list[i].until > best->until)))
            best = &list[i];
    }
    return best;
}

static enum skill_cell_state state_of(const struct skill_cell *cell, instant now)
{
    if (cell->until != INSTANT_NONE)
        return cell->until == INSTANT_NEVER || cell->until - CERTIFICATE_MONTH_US > now ? CELL_VALID : CELL_EXPIRING;
    if (cell->last && !cell->last->passed && (!cell->latest || cell->last->finished_at >= ended_at(cell->latest)))
        return CELL_FAILED;
    if (!cell->latest)
        return CELL_NONE;
    return team_certificate_state(cell->latest, now) == CERTIFICATE_REVOKED ? CELL_REVOKED : CELL_EXPIRED;
}

struct skill_cell team_matrix_cell(const struct skill_matrix *m, struct user_id user, const struct product *p, instant now, struct arena *a)
{
    const struct certificate *own;
    const struct attempt *tried;
    size_t n = certificates_of(m, user, p->id, &own), tries = attempts_of(m, user, p->id, &tried);
    struct skill *skills = ARENA_ARRAY(a, struct skill, n + 1);
    struct skill_cell cell = { .until = INSTANT_NONE };
    instant until;

    for (size_t i = 0; i < n; i++)
        skills[i] = (struct skill){ user, p->id, own[i].from, own[i].until, own[i].revoked_at };
    until = team_skill_until(skills, n, p->id, now);
    if (until != now)
        cell.until = until;
    cell.latest = latest_of(own, n, now);
    for (size_t i = 0; i < tries && !cell.last; i++)
        cell.last = tried[i].finished_at == INSTANT_NONE ? NULL : &tried[i];
    cell.exam = team_exam_state(p, (size_t)team_matrix_questions(m, p->id), tried, tries,
                                team_reset_at(m->resets, m->reset_count, user, p->id), until, now);
    for (size_t i = 0; i < m->order_count; i++)
        if (m->orders[i].user.v == user.v && m->orders[i].product.v == p->id.v)
            cell.order = &m->orders[i];
    cell.state = state_of(&cell, now);
    return cell;
}
