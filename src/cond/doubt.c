/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Conditions that can never hold.
 *
 * What must hold together is gathered as a list of leaves (those of nested alls, and of anys under a not), and each leaf is held
 * against the others: values that exclude each other, ranges without a number in common, one event that would have to be two,
 * more events in a short window than a longer one allows. Each branch of an any is judged together with what must hold beside it.
 * A fact is taken to have one value. Nothing is said where nothing is sure. */
#include "base/limits.h"
#include "cond/node.h"

struct lit {
    uint32_t node;
    bool negated;
    struct str place;
};

struct doubting {
    const struct cond *p;
    struct arena *a;
    enum lang lang;
    struct lit *lits;
    struct cond_doubt *out;
    size_t count, max;
    struct lit first, second; /* the clash found last; first.place absent: the leaf excludes itself */
};

/* ---- two tests of one value ---- */

struct test {
    const struct cond_test *is;
    bool negated;
};

static bool word_is(const struct test *t, const char *word)
{
    return strcmp(t->is->op->word, word) == 0;
}

static bool needs_empty(const struct test *t)
{
    return word_is(t, t->negated ? "exists" : "empty");
}

static bool needs_filled(const struct test *t)
{
    if (word_is(t, "empty") || word_is(t, "ne"))
        return t->negated;
    return !t->negated;
}

/* Only the values of the test itself can meet it. */
static bool is_choice(const struct test *t)
{
    return t->negated ? word_is(t, "ne") : word_is(t, "eq") || word_is(t, "in");
}

static bool meets(const struct test *t, const struct op_value *v, struct arena *a)
{
    struct json value = {.type = JSON_TEXT, .as.text = v->text};

    if (v->is_truth)
        value = (struct json){.type = JSON_BOOL, .as.truth = v->truth};
    return op_holds(t->is->op, &t->is->args, &value, a) != t->negated;
}

static bool has_common_choice(const struct test *choice, const struct test *other, struct arena *a)
{
    for (size_t i = 0; i < choice->is->args.count; i++)
        if (meets(other, &choice->is->args.values[i], a))
            return true;
    return false;
}

struct range {
    fix lo, hi;
    bool open_lo, open_hi;
};

/* Of the numbers that meet the test as it stands, not negated. */
static bool range_of(const struct test *t, struct range *r)
{
    const struct op_value *v = t->is->args.values;

    *r = (struct range){.lo = INT64_MIN, .hi = INT64_MAX};
    if (t->is->op->takes != OP_TAKES_NUMBER && t->is->op->takes != OP_TAKES_PAIR)
        return false;
    if (t->is->op->takes == OP_TAKES_PAIR)
        r->lo = v[0].number, r->hi = v[1].number;
    else if (t->is->op->word[0] == '>')
        r->lo = v[0].number, r->open_lo = t->is->op->word[1] == 0;
    else
        r->hi = v[0].number, r->open_hi = t->is->op->word[1] == 0;
    return true;
}

static bool range_within(const struct range *in, const struct range *of)
{
    bool low = in->lo > of->lo || (in->lo == of->lo && (in->open_lo || !of->open_lo));
    bool high = in->hi < of->hi || (in->hi == of->hi && (in->open_hi || !of->open_hi));

    return low && high;
}

/* One that is negated is met by what lies outside, and by nothing known: so a range within it leaves nothing. */
static bool ranges_part(const struct test *x, const struct test *y)
{
    struct range a, b;

    if (x->negated && y->negated)
        return false;
    if (!range_of(x, &a) || !range_of(y, &b))
        return false;
    if (x->negated != y->negated)
        return x->negated ? range_within(&b, &a) : range_within(&a, &b);
    fix lo = a.lo > b.lo ? a.lo : b.lo, hi = a.hi < b.hi ? a.hi : b.hi;
    bool open = (a.lo == lo && a.open_lo) || (b.lo == lo && b.open_lo) || (a.hi == hi && a.open_hi) ||
                (b.hi == hi && b.open_hi);
    return lo > hi || (lo == hi && open);
}

static bool edges_part(const struct test *x, const struct test *y)
{
    if (x->negated || y->negated)
        return false;
    if (word_is(x, "starts") && word_is(y, "starts")) {
        struct str a = x->is->args.values[0].fold, b = y->is->args.values[0].fold;
        return !str_starts(a, b) && !str_starts(b, a);
    }
    if (word_is(x, "ends") && word_is(y, "ends")) {
        struct str a = x->is->args.values[0].fold, b = y->is->args.values[0].fold;
        return !str_ends(a, b) && !str_ends(b, a);
    }
    return false;
}

/* Can no value meet both? */
static bool tests_part(struct test x, struct test y, struct arena *a)
{
    if ((needs_empty(&x) && needs_filled(&y)) || (needs_empty(&y) && needs_filled(&x)))
        return true;
    if (is_choice(&x) && !needs_empty(&y) && !has_common_choice(&x, &y, a))
        return true;
    if (is_choice(&y) && !needs_empty(&x) && !has_common_choice(&y, &x, a))
        return true;
    return ranges_part(&x, &y) || edges_part(&x, &y);
}

/* ---- which events ---- */

static bool wheres_part(const struct cond_match *x, const struct cond_match *y, struct arena *a)
{
    for (size_t i = 0; i < x->where_count; i++)
        for (size_t k = x == y ? i + 1 : 0; k < y->where_count; k++)
            if (str_eq(x->where[i].name, y->where[k].name) &&
                tests_part((struct test){&x->where[i], false}, (struct test){&y->where[k], false}, a))
                return true;
    return false;
}

static bool has_name(const struct cond_match *m, struct str name)
{
    for (size_t i = 0; i < m->name_count; i++)
        if (str_eq(m->names[i], name))
            return true;
    return false;
}

/* Can no event be both? */
static bool matches_part(const struct cond_match *x, const struct cond_match *y, struct arena *a)
{
    bool common = x->name_count == 0 || y->name_count == 0;

    for (size_t i = 0; i < x->name_count && !common; i++)
        common = has_name(y, x->names[i]);
    if (!common)
        return true;
    if (x->path.ptr && y->path.ptr && str_find_char(x->path, '*') < 0 && str_find_char(y->path, '*') < 0 &&
        !str_eq(x->path, y->path))
        return true;
    return wheres_part(x, y, a);
}

static bool tests_same(const struct cond_test *x, const struct cond_test *y)
{
    if (!str_eq(x->name, y->name) || x->op != y->op || x->args.count != y->args.count)
        return false;
    for (size_t i = 0; i < x->args.count; i++)
        if (!str_eq(x->args.values[i].text, y->args.values[i].text))
            return false;
    return true;
}

/* Is each event that x means also one that y means? */
static bool match_within(const struct cond_match *x, const struct cond_match *y)
{
    for (size_t i = 0; i < x->name_count && y->name_count; i++)
        if (!has_name(y, x->names[i]))
            return false;
    /* Anything means acts of the lead: a name may also be that of a deed of our own people. */
    if (!y->name_count && x->name_count && !x->path.ptr)
        return false;
    if ((y->name_count && !x->name_count) || (y->path.ptr && !(x->path.ptr && str_eq(x->path, y->path))))
        return false;
    for (size_t k = 0; k < y->where_count; k++) {
        size_t i = 0;
        while (i < x->where_count && !tests_same(&x->where[i], &y->where[k]))
            i++;
        if (i == x->where_count)
            return false;
    }
    return true;
}

/* ---- how many in which window ---- */

struct bounds {
    int64_t least, most; /* -1: no bound */
    int64_t window_us;
};

static void count_bounds(const struct cond_node *n, bool negated, struct bounds *b)
{
    const char *word = n->test.op->word;
    int64_t v = n->test.args.values[0].number / FIX_ONE;

    if (n->test.op->takes == OP_TAKES_PAIR) {
        if (!negated)
            b->least = v, b->most = n->test.args.values[1].number / FIX_ONE;
    } else if (strcmp(word, "eq") == 0 || strcmp(word, "ne") == 0) {
        if ((word[0] == 'e') != negated)
            b->least = b->most = v;
    } else {
        bool up = (word[0] == '>') != negated; /* not (>= v) is (< v) */
        bool strict = (word[1] == 0) != negated;
        if (up)
            b->least = strict ? v + 1 : v;
        else
            b->most = strict ? v - 1 : v;
    }
}

static struct bounds bounds_of(const struct cond_node *n, bool negated)
{
    struct bounds b = {-1, -1, n->window_us};

    switch (n->kind) {
    case NODE_COUNT:
        count_bounds(n, negated, &b);
        break;
    case NODE_WITHIN:
        *(negated ? &b.most : &b.least) = negated ? 0 : 1;
        break;
    case NODE_SILENT:
        b.most = negated ? -1 : 0; /* a lead may be not silent because it is young */
        break;
    case NODE_EVENT:
        b = (struct bounds){negated ? -1 : 1, -1, 0};
        break;
    default:
        break;
    }
    return b;
}

static bool counts_part(const struct cond_node *x, struct bounds low, const struct cond_node *y, struct bounds high)
{
    return low.least >= 0 && high.most >= 0 && low.least > high.most && low.window_us <= high.window_us &&
           match_within(&x->match, &y->match);
}

/* ---- leaves ---- */

static bool is_counting(const struct cond_node *n)
{
    return n->kind == NODE_COUNT || n->kind == NODE_WITHIN || n->kind == NODE_SILENT || n->kind == NODE_EVENT;
}

static bool lits_part(struct doubting *w, const struct lit *x, const struct lit *y)
{
    const struct cond_node *a = &w->p->nodes[x->node], *b = &w->p->nodes[y->node];

    if (a->kind == NODE_FACT && b->kind == NODE_FACT)
        return str_eq(a->test.name, b->test.name) &&
               tests_part((struct test){&a->test, x->negated}, (struct test){&b->test, y->negated}, w->a);
    if (!is_counting(a) || !is_counting(b))
        return false;
    if (a->kind == NODE_EVENT && b->kind == NODE_EVENT) {
        if (!x->negated && !y->negated)
            return matches_part(&a->match, &b->match, w->a);
        if (x->negated != y->negated)
            return match_within(x->negated ? &b->match : &a->match, x->negated ? &a->match : &b->match);
        return false;
    }
    struct bounds of_a = bounds_of(a, x->negated), of_b = bounds_of(b, y->negated);
    return counts_part(a, of_a, b, of_b) || counts_part(b, of_b, a, of_a);
}

/* A leaf that no event can meet, because its own tests exclude each other, or a count below none. */
static bool lit_parts(struct doubting *w, const struct lit *x)
{
    const struct cond_node *n = &w->p->nodes[x->node];

    if (!is_counting(n))
        return false;
    struct bounds b = bounds_of(n, x->negated);
    if (b.most >= 0 && b.least > b.most)
        return true;
    return b.least > 0 && wheres_part(&n->match, &n->match, w->a);
}

/* ---- the tree ---- */

static bool node_never(struct doubting *w, uint32_t at, bool negated, struct str place, size_t n);

struct branching {
    uint32_t node;
    bool negated;
    struct str place;
};

static struct str child_place(struct doubting *w, uint32_t parent, struct str place, int i)
{
    enum node_kind kind = w->p->nodes[parent].kind;

    if (kind == NODE_NOT)
        return str_print(w->a, STR_FMT "/not", STR_ARG(place));
    return str_print(w->a, STR_FMT "/%s/%d", STR_ARG(place), kind == NODE_ALL ? "all" : "any", i);
}

/* Leaves to lits from *n on, what branches to list. */
static void gather(struct doubting *w, uint32_t at, bool negated, struct str place, size_t *n, struct branching *list,
                   size_t *count)
{
    const struct cond_node *node = &w->p->nodes[at];
    int k = 0;

    if (node->kind == NODE_NOT) {
        gather(w, at + 1, !negated, child_place(w, at, place, 0), n, list, count);
    } else if (node->kind == NODE_ALL || node->kind == NODE_ANY) {
        if ((node->kind == NODE_ANY) != negated && w->p->nodes[at + 1].end < node->end) {
            list[(*count)++] = (struct branching){at, negated, place};
            return;
        }
        for (uint32_t i = at + 1; i < node->end; i = w->p->nodes[i].end)
            gather(w, i, negated, child_place(w, at, place, k++), n, list, count);
    } else {
        w->lits[(*n)++] = (struct lit){at, negated, place};
    }
}

static bool lits_never(struct doubting *w, size_t from, size_t n)
{
    for (size_t i = from; i < n; i++) {
        w->second = w->lits[i];
        w->first = (struct lit){.place = STR_NULL};
        if (lit_parts(w, &w->lits[i]))
            return true;
        for (size_t k = 0; k < i; k++)
            if (lits_part(w, &w->lits[k], &w->lits[i])) {
                w->first = w->lits[k];
                return true;
            }
    }
    return false;
}

static void doubt_add(struct doubting *w, enum cond_doubt_kind kind, struct str place)
{
    if (w->count == w->max)
        return;
    w->out[w->count++] = (struct cond_doubt){
        .kind = kind,
        .place = place,
        .first = w->first.place.ptr ? cond_explain_node(w->p, w->first.node, w->first.negated, w->lang, w->a) : STR_NULL,
        .second = cond_explain_node(w->p, w->second.node, w->second.negated, w->lang, w->a),
    };
}

/* Can none of the branches hold, beside the n leaves that must? */
static bool branches_never(struct doubting *w, const struct branching *b, size_t n)
{
    const struct cond_node *node = &w->p->nodes[b->node];
    size_t before = w->count, dead = 0;
    int k = 0;

    for (uint32_t i = b->node + 1; i < node->end; i = w->p->nodes[i].end, k++) {
        struct str place = child_place(w, b->node, b->place, k);
        if (!node_never(w, i, b->negated, place, n))
            continue;
        doubt_add(w, COND_DOUBT_BRANCH, place);
        dead++;
    }
    if (dead < (size_t)k)
        return false;
    w->count = before; /* the whole is told instead of its parts */
    return true;
}

static bool node_never(struct doubting *w, uint32_t at, bool negated, struct str place, size_t n)
{
    struct branching *list = ARENA_ARRAY(w->a, struct branching, w->p->count + 1);
    size_t count = 0, all = n;

    gather(w, at, negated, place, &all, list, &count);
    if (lits_never(w, n, all))
        return true;
    for (size_t i = 0; i < count; i++)
        if (branches_never(w, &list[i], all))
            return true;
    return false;
}

size_t cond_doubts(const struct cond *p, struct str place, enum lang lang, struct arena *a, struct cond_doubt *out,
                   size_t max)
{
    struct doubting w = {.p = p, .a = a, .lang = lang, .out = out, .max = max};

    w.lits = ARENA_ARRAY(a, struct lit, p->count + 1);
    if (p->count && node_never(&w, 0, false, place, 0))
        doubt_add(&w, COND_DOUBT_NEVER, w.second.place);
    return w.count;
}
