/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* speed.h - how fast leads are answered, what comes of the fast and of the slow, and what slowness costs.
 *
 * What an answer is
 *   The clock starts when the lead comes (its first event) or when it turns hot (its first crossing in the period), as asked. It stops
 *   at the first contact that a person has logged at or behind that instant: a call made (the urgent one or another), a meeting, a letter marked
 *   as done, a reply sent from the lead's card; whether the lead was reached or not, unless only those are asked for. What the house sends by
 *   itself is no answer. A contact with a lead that has since gone into another counts for the lead it is part of.
 *
 * Whose answer it is
 *   Of whom the lead was first given to when the clock had started, even if another answered in the end: who was silent is not to look fast, nor is
 *   who helped out to look slow. Where nobody was given it: of who answered, else of its owner.
 *
 * Leads without an answer
 *   They are not dropped, or the slow would look better the slower they are. Until now, or until the lead's end if it has one, they have been
 *   watched; shares "answered by t" and medians are Kaplan's and Meier's (stat/survive.h).
 *
 * Which time
 *   On the wall, or the working time of that person (calendar without holidays and absences); of nobody's leads by the wall.
 *
 * What slowness does
 *   Night leads are answered late and buy less for reasons of their own. So the fast (answered within fast_us) are compared with the slower ones
 *   within groups of arrival alike: hours of the day in threes, weekdays and weekends apart, SPEED_STRATA in all; the ratio and the
 *   difference common to them are Mantel's and Haenszel's. Counted are leads that were decided or are old enough to be (learn/outcome.h calls the others
 *   young); out are those that have not been watched for fast_us. It is what goes along with speed at equal hours, not a proof of what would be if
 *   all were fast: who chooses the leads to be called first makes them buy more by the choice.
 *
 *   Cost: that difference x how many were slow x the mean deal of the same period, with the interval of the product. Not told under SPEED_LEAST compared leads on a side, or
 *   SPEED_DEALS sums.
 *
 * Pure but for the store.
 */
#ifndef REPORT_SPEED_H
#define REPORT_SPEED_H

#include "base/fix.h"
#include "cal/cal.h"
#include "db/db.h"
#include "noun/band.h"
#include "noun/ids.h"

enum { SPEED_ENOUGH = 5, SPEED_LEAST = 20, SPEED_DEALS = 5, SPEED_HOURS = 8, SPEED_STRATA = 2 * SPEED_HOURS };

enum speed_start { SPEED_HOT, SPEED_CAME };
enum speed_answer { SPEED_TRIED, SPEED_REACHED };
enum speed_norm { SPEED_NO_NORM, SPEED_IN_TIME, SPEED_LATE, SPEED_RUNNING };
enum speed_end { SPEED_YOUNG, SPEED_NOT, SPEED_WON };

/* ---- store ---- */

struct speed_question {
    instant from, until;       /* the clock starts in [from, until) */
    enum speed_start start;
    enum speed_answer answer;
};
/* What is kept of one lead. */
struct speed_row {
    struct lead_id lead;
    instant start, born;
    instant answered;          /* INSTANT_NONE: not yet */
    struct user_id answered_by, given_to, owner; /* 0: none */
    instant asked, due;        /* of the urgent call; INSTANT_NONE: there was none */
    int64_t norm_minutes;      /* 0: due was set by a person */
    instant dropped;           /* that call was cancelled; INSTANT_NONE */
    struct str source;         /* empty: unknown */
    enum band band;            /* today's */
    int end;                   /* 0 open, 1 won, 2 lost */
    instant ended;
    int64_t amount;            /* minor units: of the deal; 0: not known */
};
enum { SPEED_ROWS_MAX = 200000 };
/* By lead; the first SPEED_ROWS_MAX. */
NODISCARD enum err report_speed_rows(struct ctx *c, struct db_tx *tx, const struct speed_question *q, struct speed_row **rows, size_t *count);

/* ---- one lead ---- */

struct speed_lead {
    struct lead_id lead;
    struct user_id who;
    struct str source;
    enum band band;
    instant start;
    int64_t wait_us;           /* to the answer, or as long as it was watched */
    bool answered;
    enum speed_norm norm;
    enum speed_end end;
    int64_t amount;            /* of a won one */
    int hours;                 /* 0: from midnight to three ... of the company's day */
    bool weekend;
    instant week;              /* the beginning of its Monday */
};
struct user_id report_speed_who(const struct speed_row *r);
/* cal: of report_speed_who, without absences' time; NULL: by the wall. zone: the company's. */
struct speed_lead report_speed_lead(const struct speed_row *r, const struct cal *norm_cal, const struct cal *cal, const struct zone *zone,
                                    enum speed_end end, instant now);
/* The instant at which the local week began. */
instant report_week(const struct zone *zone, instant at);

/* ---- figures ---- */

struct speed_share {
    bool told;                 /* there were enough cases */
    fix value, low, high;
};
/* won of n with Wilson's interval; told from SPEED_ENOUGH on. */
struct speed_share report_share(int64_t won, int64_t n);
struct speed_figures {
    int64_t leads, answered;
    int64_t median_us, p90_us; /* -1: not so many have been answered */
    struct speed_share fast;   /* answered within fast_us */
    int64_t norm_in, norm_n;   /* in time, of those whose norm has run out or that were answered */
    struct speed_share norm;
};
struct speed_figures report_speed_figures(const struct speed_lead *leads, size_t n, int64_t fast_us, struct arena *a);

struct speed_point {
    int64_t us;
    fix share;                 /* answered by then */
};
/* The curve of answers, thinned evenly to at most max points; its last one stays. max >= 2. */
void report_speed_curve(const struct speed_lead *leads, size_t n, size_t max, struct arena *a, struct speed_point **points, size_t *count);

enum speed_key { SPEED_BY_BAND, SPEED_BY_SOURCE, SPEED_BY_MANAGER, SPEED_BY_HOURS, SPEED_BY_WEEK, SPEED_KEYS };
struct speed_group {
    int64_t key;               /* band, user, hours or week; a source has name alone */
    struct str name;
    struct speed_figures f;
};
/* leads are sorted. Hottest first, hours and weeks in their order, the others by leads, most first. */
void report_speed_groups(struct speed_lead *leads, size_t n, enum speed_key key, int64_t fast_us, struct arena *a,
                         struct speed_group **groups, size_t *count);

/* Bins of the wait: the last one ends at INT64_MAX. */
enum { SPEED_BINS = 9 };
extern const int64_t report_speed_bins[SPEED_BINS + 1]; /* microseconds, from 0 */

/* ---- what goes along with it ---- */

enum { SPEED_CLASSES = 6 };    /* the fast; three in between; longer than a day; not answered */
struct speed_class {
    int64_t from_us, until_us; /* (from, until]; the last class: both 0 */
    int64_t leads, decided, won;
    struct speed_share share;  /* won of decided */
    struct speed_share ratio;  /* to the fast, at equal hours; of the fast itself not told */
};
/* A part of the leads against the fast. */
struct speed_cost {
    int64_t leads, won;        /* decided ones of the part */
    int64_t compared, fast;    /* of them, and of the fast, in groups where there are both */
    struct speed_share less;   /* by how much fewer buy, at equal hours: fast less part */
    struct speed_share crude;  /* the same without minding hours */
    bool enough;
    int64_t wins, wins_low, wins_high;    /* lost, in hundredths */
    int64_t money, money_low, money_high; /* minor units */
};
struct speed_effect {
    size_t classes;
    struct speed_class class[SPEED_CLASSES];
    struct speed_share ratio;  /* fast over slower, at equal hours */
    struct speed_share crude;  /* without minding them */
    int64_t compared, left_out;/* decided leads in groups with both; decided, but in a group with one kind only */
    int64_t deals, deal, deal_low, deal_high; /* sums known; their mean, minor units */
    struct speed_cost slow, never;
};
struct speed_effect report_speed_effect(const struct speed_lead *leads, size_t n, int64_t fast_us, struct arena *a);

/* Whether a figure's bucket holds the lead: all, answered, unanswered, fast, slow, in_time, late, running, wait.N (bin), class.N, and of each
 * behind a colon won, not or young. */
bool report_speed_in(const struct speed_lead *lead, int64_t fast_us, struct str bucket);

#endif
