/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fairness.h - the ledger of fairness: who got how many leads of a pool, how many were due by the pool's own rule, and why the others went past.
 *
 * What was due. Each decision of a pool's policy is one lead to be shared among those who might have had it at that instant; each of them is due his
 * part of it:
 *   by lot in part     the kept probability
 *   weighted           weight over the sum of weights
 *   else               an equal part: round robin and least loaded mean to come to it; best match and the greatest value do not, there the
 *                      difference shows what the policy does, and is no fault
 * Parts are whole millionths; what a division leaves over is the first one's. So the sum of what was due is the count of decisions, and who was away,
 * full or not allowed is due nothing for that time, with the reason counted.
 *
 * Beside it, without a due part, stand leads that a person or the lead's own history gave: kept by the owner or the company, given by hand, taken in
 * a claim.
 *
 * Evenness is told of got / due, among those to whom at least FAIR_LEAST was due: Jain's index (1000: equal) and Gini's (0: equal).
 *
 * Everybody may check it: each row opens its decisions, each with its candidates and figures as they were kept. Pure but for the store.
 */
#ifndef REPORT_FAIRNESS_H
#define REPORT_FAIRNESS_H

#include "base/fix.h"
#include "db/db.h"
#include "noun/ids.h"

#define FAIR_LEAST FIX_ONE /* one lead */

struct fair_candidate {
    struct user_id user;
    bool may;
    struct str why;            /* a word of route/; of who got it "picked", of who might have and did not "ok" */
    int64_t weight;
    fix probability;           /* 0: nothing was by lot */
};
struct fair_decision {
    struct assignment_id id;
    struct lead_id lead, root; /* that it was about; which that is part of today */
    struct user_id manager, by;/* by: a person's decision */
    instant at;
    struct str policy, reason;
    struct pool_id pool;
    int64_t amount;            /* of the lead's deal, minor units; 0: not known */
    bool urgent;               /* it came with an urgent call */
    bool drawn, lot;           /* a lot was drawn; the lot decided */
    bool back;                 /* junk: the turn was given back */
    struct fair_candidate *candidates;
    size_t count;
};

enum { FAIR_DECISIONS_MAX = 100000 };
struct fair_question {
    instant from, until;
    struct pool_id pool;       /* 0: any */
};
/* By time; the first FAIR_DECISIONS_MAX. */
NODISCARD enum err report_fair_decisions(struct ctx *c, struct db_tx *tx, const struct fair_question *q, struct fair_decision **list, size_t *count);

enum fair_way { FAIR_POLICY, FAIR_KEPT, FAIR_HAND, FAIR_CLAIM, FAIR_WAYS };
/* "policy", "kept", "hand", "claim". */
extern const char *const report_fair_ways[FAIR_WAYS + 1];
enum fair_way report_fair_way(const struct fair_decision *d);

enum { FAIR_WHYS = 24 };
struct fair_row {
    struct user_id user;
    int64_t got[FAIR_WAYS];
    int64_t asked, could;      /* decisions of the policy that looked at the person; where the person might have had the lead */
    fix due;
    int64_t urgent, money, known; /* of all that was got: with an urgent call; the sum of deals, and of how many leads it is known */
    int64_t lots, back;        /* got because the lot fell so; turns given back for junk */
    struct {
        struct str why;
        int64_t n;
    } passed[FAIR_WHYS];       /* as often as not picked, the most frequent first; "ok": might have, another was first */
    size_t whys;
};
struct fair_ledger {
    struct fair_row *rows;     /* by what was due and got, most first */
    size_t count;
    int64_t decisions[FAIR_WAYS];
    int64_t drawn, lots, back;
    int64_t compared, jain, gini; /* per mille, of so many people; told from two on */
};
struct fair_ledger report_fair_ledger(const struct fair_decision *list, size_t n, struct arena *a);

/* Whether a decision belongs to a figure: whose row, and got, urgent, lot, back, asked, could, passed, passed.WHY, or got.WAY. user 0: anybody's;
 * then only got, drawn, lot, back and got.WAY are asked. */
bool report_fair_in(const struct fair_decision *d, struct user_id user, struct str bucket);

#endif
