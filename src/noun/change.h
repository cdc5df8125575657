/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* change.h - what one walk hands from room to room: moves, messages, candidates.
 *
 * A move is a band that was entered or left, already written by its room. A message is what screens must be told once the
 * transaction stands: it carries ids only, and whoever shows it reads the rest. A candidate is one line of a decision on who
 * gets a lead, kept whole with the decision.
 */
#ifndef NOUN_CHANGE_H
#define NOUN_CHANGE_H

#include "base/fix.h"
#include "noun/band.h"
#include "noun/ids.h"

/* One reason in a score, as it stood when the move happened. */
struct move_line {
    struct str criterion;
    fix points;
};

struct move {
    struct lead_id lead;
    enum band from, to;
    instant at;                     /* when it happened, which may be before now for a clock that was late */
    struct crossing_id crossing;    /* its row; 0 only for moves that are not kept */
    fix total;
    bool by_model;                  /* a change of model did it, and nothing that the lead did */
    const struct move_line *lines;  /* largest first; those that caused it */
    size_t line_count;
};

struct moves {
    struct move *items;
    size_t count, cap;
};

enum message_kind {
    MESSAGE_LEAD_CHANGED, MESSAGE_LEAD_HOT, MESSAGE_LEAD_ASSIGNED, MESSAGE_LEAD_WAITING, MESSAGE_TASK_CHANGED,
    MESSAGE_TASK_REMINDED, MESSAGE_MODEL_PUBLISHED, MESSAGE_SKILL_CHANGED, MESSAGE_KINDS
};

/* What screens are told after the commit. */
struct message {
    enum message_kind kind;
    struct lead_id lead;
    struct task_id task;   /* TASK_CHANGED, LEAD_HOT */
    struct user_id user;   /* whose it is now; 0: nobody's yet */
    struct user_id before; /* whose it was, so that it leaves that screen too; 0 */
};

/* Begin with { .arena = a }. */
struct messages {
    struct arena *arena;
    struct message *items;
    size_t count, cap;
    bool posted; /* a letter waits in the outbox: whoever carries letters is woken, screens are told nothing */
};

static inline void messages_add(struct messages *m, struct message one)
{
    if (m->count == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 8;

        m->items = m->cap ? (struct message *)arena_grow(m->arena, m->items,
                                                         m->cap * sizeof(one), cap * sizeof(one))
                          : (struct message *)arena_alloc(m->arena, cap * sizeof(one));
        m->cap = cap;
    }
    m->items[m->count++] = one;
}

/* Why somebody may not get a lead; CANDIDATE_OK: may. */
enum candidate_why {
    CANDIDATE_OK, CANDIDATE_DISABLED, CANDIDATE_DECLINED, CANDIDATE_ABSENT, CANDIDATE_OFF_DUTY,
    CANDIDATE_CLOSED, CANDIDATE_LEVEL, CANDIDATE_CERTIFICATE, CANDIDATE_PRODUCT, CANDIDATE_REGION, CANDIDATE_LANGUAGE,
    CANDIDATE_FULL, CANDIDATE_DAY_QUOTA, CANDIDATE_HOUR_QUOTA, CANDIDATE_HIDDEN, CANDIDATE_WHYS
};

struct candidate {
    struct user_id user;
    enum candidate_why why;
    int64_t load, capacity;  /* units: leads weighted by band */
    int64_t weight;          /* share under the weighted policy */
    int64_t credit;          /* turns owed to the person in the pool; below 0: by the person */
    int64_t fit;             /* per cent: how well the person fits the lead; 0: not asked */
    int64_t value;           /* what the lead is expected to bring in these hands (route/value.h); 0: not asked */
    bool money;              /* value is minor units; else sales, in millionths, for no amounts are known */
    fix probability;         /* with which the decision falls on this person: FIX_ONE unless a share is drawn by lot (route/lot.h) */
    int64_t pass;            /* the person's place under the weighted policy: the smallest is next */
    instant last_at;         /* when the pool last gave this person a lead; INSTANT_NONE never */
    instant again_at;        /* when the reason passes by itself; INSTANT_NEVER if only a person can change it */
    bool kin;                /* asked before the pool, because the company is theirs */
    bool owner;              /* asked first of all, because the lead is theirs */
    bool fallback;           /* asked in the fallback, behind the pool */
    bool picked;
};

#endif
