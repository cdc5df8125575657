/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* certificate.h - who is certified for which product, from when until when: the one source of that fact.
 *
 *            test passed, or given by hand with a reason
 *   (none) ----------------------------------------------> VALID [from, until)
 *                                                            |         |
 *                                             revoked, with a reason   until is reached
 *                                                            v         v
 *                                                         REVOKED    EXPIRED
 *
 * No state is stored: it is told from the three instants, so the product closes at its very second, whether a clock runs or not. What the clock
 * adds are the word a month, a week and a day before, and what becomes of the leads afterwards (flow/flow_skill.h); when it has something to do next is
 * kept beside (next_at) and solved, not polled. Several certificates of one product may overlap: the skill is their union.
 */
#ifndef TEAM_CERTIFICATE_H
#define TEAM_CERTIFICATE_H

#include "db/db.h"
#include "noun/skill.h"

enum certificate_state { CERTIFICATE_VALID, CERTIFICATE_EXPIRED, CERTIFICATE_REVOKED, CERTIFICATE_STATES };
extern const char *const team_certificate_states[CERTIFICATE_STATES + 1]; /* "valid", "expired", "revoked", NULL */

/* What the clock does with one, in order. */
enum certificate_step { CERTIFICATE_MONTH, CERTIFICATE_WEEK, CERTIFICATE_DAY, CERTIFICATE_ENDED, CERTIFICATE_STEPS };
#define CERTIFICATE_MONTH_US (30 * DAY_US)
#define CERTIFICATE_WEEK_US  (7 * DAY_US)

struct certificate {
    struct certificate_id id;
    struct user_id user;
    struct product_id product;
    instant from, until;        /* until INSTANT_NEVER: no end */
    instant revoked_at;         /* INSTANT_NONE: it was not */
    struct user_id revoked_by;
    struct str revoke_reason;
    struct attempt_id attempt;  /* 0: given by hand */
    struct user_id given_by;
    struct str reason;
    unsigned told;              /* bits 1 << step */
    instant next_at;
};
struct certificates {
    struct certificate *items;
    size_t count;
};

/* ---- pure ---- */

enum certificate_state team_certificate_state(const struct certificate *x, instant at);
/* Does any of the n hold at that instant? */
bool team_skill_at(const struct skill *list, size_t n, struct product_id product, instant at);
/* When the skill that holds at `at` ends by time alone, through certificates that follow without a gap; `at` itself when none holds. */
instant team_skill_until(const struct skill *list, size_t n, struct product_id product, instant at);
/* What the clock has to do with x next and when; INSTANT_NEVER: nothing more. A word of warning that would have come before the certificate began is
 * never due. */
struct certificate_due {
    instant at;
    enum certificate_step step;
};
struct certificate_due team_certificate_next(const struct certificate *x);
/* The last step that is due by then (those before it are of no use any more), with all up to it marked in *told. false: none. */
bool team_certificate_ring(const struct certificate *x, instant now, enum certificate_step *step, unsigned *told);

/* ---- kept ---- */

/* Fills id and next_at. ERR_BAD_FIELD when it would end before it begins. */
NODISCARD enum err team_certificate_add(struct ctx *c, struct db_tx *tx, struct certificate *x);
/* ERR_NOT_FOUND. */
NODISCARD enum err team_certificate_get(struct ctx *c, struct db_tx *tx, struct certificate_id id, struct certificate *x);
/* Newest first; 0: of all people, of all products. */
NODISCARD enum err team_certificate_list(struct ctx *c, struct db_tx *tx, struct user_id user, struct product_id product, int64_t limit,
                                         struct certificates *list);
/* By user, product, newest first; user 0: of everybody. */
NODISCARD enum err team_certificate_all(struct ctx *c, struct db_tx *tx, struct user_id user, int64_t limit, struct certificates *list);
/* At c->now, by the actor. ERR_CONFLICT when it is not valid any more. */
NODISCARD enum err team_certificate_revoke(struct ctx *c, struct db_tx *tx, struct certificate *x, struct str reason);
/* Writes told and next_at. */
NODISCARD enum err team_certificate_told(struct ctx *c, struct db_tx *tx, const struct certificate *x);
/* Those with something to do by then, soonest first. */
NODISCARD enum err team_certificate_due(struct ctx *c, struct db_tx *tx, instant by, int64_t limit, struct certificates *list);
NODISCARD enum err team_certificate_due_next(struct ctx *c, struct db_tx *tx, instant *at);
/* What stands at `at` or later, by user: for decisions. */
NODISCARD enum err team_skill_list(struct ctx *c, struct db_tx *tx, instant at, struct skill **list, size_t *count);

/* ---- told to the person ---- */

/* Kept as these numbers. EXAM: a test is to be taken, until a day (exam_order.h); then there is no certificate to it. */
enum certificate_word { WORD_MONTH, WORD_WEEK, WORD_ENDED, WORD_REVOKED, WORD_GIVEN, WORD_DAY, WORD_EXAM, CERTIFICATE_WORDS };
extern const char *const team_certificate_words[CERTIFICATE_WORDS + 1]; /* "month", "week", "ended", "revoked", "given", "day", "exam", NULL */

struct certificate_notice {
    struct notice_id id;
    struct user_id user;
    struct certificate_id certificate;
    struct product_id product;
    enum certificate_word word;
    instant at, until;
};
/* Puts away what was said before of the same person and product. Fills id and at. */
NODISCARD enum err team_notice_add(struct ctx *c, struct db_tx *tx, struct certificate_notice *n);
/* Not yet put away, newest first. */
NODISCARD enum err team_notice_list(struct ctx *c, struct db_tx *tx, struct user_id user, struct certificate_notice **list, size_t *count);
/* ERR_NOT_FOUND when it is not this person's. */
NODISCARD enum err team_notice_seen(struct ctx *c, struct db_tx *tx, struct notice_id id, struct user_id user);

/* ---- what becomes of the leads ---- */

struct skill_plan {
    struct plan_id id;
    struct user_id user;
    struct product_id product;
    struct certificate_id certificate;
    instant at;
    int64_t hot_moved, hot_waiting, leads;
    struct task_id task;       /* 0: no head was there to be told */
    instant closed_at;         /* INSTANT_NONE: open */
    struct str closed_why;
};
/* Fills id and at. An open one of the same person and product is closed for it ("anew"). */
NODISCARD enum err team_plan_add(struct ctx *c, struct db_tx *tx, struct skill_plan *p);
/* ERR_NOT_FOUND. */
NODISCARD enum err team_plan_get(struct ctx *c, struct db_tx *tx, struct plan_id id, struct skill_plan *p);
/* The open one; id 0: none. */
NODISCARD enum err team_plan_find(struct ctx *c, struct db_tx *tx, struct user_id user, struct product_id product, struct skill_plan *p);
/* Open ones first, then the latest. */
NODISCARD enum err team_plan_list(struct ctx *c, struct db_tx *tx, int64_t limit, struct skill_plan **list, size_t *count);
NODISCARD enum err team_plan_set_leads(struct ctx *c, struct db_tx *tx, struct plan_id id, int64_t leads);
/* why: transferred, regained, empty, by_hand, anew, opened (the product is not gated any more). */
NODISCARD enum err team_plan_close(struct ctx *c, struct db_tx *tx, struct plan_id id, struct str why);

#endif
