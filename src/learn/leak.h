/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* leak.h - facts that know the future: filled with the outcome, or by those who already knew it.
 *
 * A score that rests on such a fact looks splendid on old leads and says nothing of new ones. Five alarms, each for one fact:
 *   LEARN_LEAK_OUTCOME   of leads that have the fact and are decided, most got it only after the outcome: it is dated so, or the house learned of it
 *                        later than of an outcome that it learned of in time
 *   LEARN_LEAK_HANDOVER  most got it after the lead was handed over (the first deed of a person), and having it tells buyers apart alone
 *   LEARN_LEAK_FILLED    whether it is filled at all tells buyers apart, whatever it says (AUC from 0.62 on): such facts are asked for in a talk that
 *                        only leads who come far ever have. (Not of a fact that says one thing or nothing: its gaps are its value.)
 *   LEARN_LEAK_BUYERS    hardly anybody who has it did not buy, and of the others most did not: it is filled for buyers, however few it is filled for. (At most
 *                        one in fifty, with a lower bound of 0.85, which takes 22 leads of whom all bought. Of those who came by a recommendation
 *                        92 in a hundred may buy, honestly.)
 *   LEARN_LEAK_GOOD      alone it foretells as well as an honest score does
 *
 * What is too good depends on the kind of fact. A choice from a list that tells buyers apart with an AUC of 0.69 was mostly made by those who
 * knew. A number measured of everybody may honestly be that good (time spent on the site has 0.76 where published), so it must have 0.78 (the length
 * of the very call that brought the answer has 0.80). Honest lists of the same published sets stay under 0.66, and honest gaps under 0.60: script/bench leak prints the figures of every column.
 *
 * Leads that came with one file are held against each other (from LEARN_LEAK_FILE of them on), not against those of another: of two files with different
 * columns "filled" tells which file a lead came with, and where one file's leads bought more often every column of it would seem to know the end. Such
 * facts raise no alarm; they are told of once for the file (learn_leak_files). Where the leads that have the fact came with files whose leads all ended
 * alike there is nothing to hold against, and all are taken together as before.
 *
 * The AUC of a fact alone is cross-fitted: each half of the leads is scored by the shares that the values had in the other half, so
 * that many rare values do not look wise. Numbers are taken in tenths. The presence is that at the judging instant.
 *
 * Pure: leads are added one by one, and every one is looked at; of names the first LEARN_LEAK_FACTS. A lead takes 32 bytes and 8 for each fact that it
 * has: 100,000 leads with 30 of 40 facts 61 MB, and 2 s of one core to tell.
 */
#ifndef LEARN_LEAK_H
#define LEARN_LEAK_H

#include "learn/calibrate.h"
#include "noun/history.h"

/* LEARN_LEAK_RESTS: of so many alarms, the strongest, the leads without the fact are listed too: those are most of all that were looked at. */
enum { LEARN_LEAK_FACTS = 300, LEARN_LEAK_FILE = 50, LEARN_LEAK_RESTS = 30 };
enum learn_leak_why { LEARN_LEAK_NONE, LEARN_LEAK_OUTCOME, LEARN_LEAK_HANDOVER, LEARN_LEAK_FILLED, LEARN_LEAK_GOOD, LEARN_LEAK_BUYERS, LEARN_LEAK_WHYS };
extern const char *const learn_leak_names[]; /* "none", "after_outcome", "after_handover", "filled", "too_good", "buyers_only", NULL */

/* Leads that a figure is of, and how they ended. */
struct learn_leak_rest {
    struct lead_id *of;
    unsigned char *marks;
    size_t count;
};
struct learn_leak {
    struct str fact;
    enum learn_leak_why why;
    int64_t leads;             /* that have it at all */
    int64_t decided, after;    /* of them decided; of those, filled only after the outcome */
    int64_t handed, later;     /* of them handed over; of those, filled only after it */
    struct learn_share with, without; /* at the judging instant */
    struct sample_figure value, presence; /* AUC of what it says, and of whether it is filled, alone; value NAN: too few */
    struct sample_figure auc;  /* the better of them */
    const struct lead_id *of;  /* the leads behind the alarm */
    const unsigned char *marks;
    size_t of_count;
    struct learn_leak_rest rest; /* those that `without` counts; of the LEARN_LEAK_RESTS strongest alarms */
    bool by_file;              /* no alarm, but for its file it would be one */
    int64_t brought;           /* the import of most of those who have it; 0: none */
};
/* One file of leads, and the facts that came with it alone. */
struct learn_leak_file {
    int64_t brought;
    struct str *facts;
    size_t fact_count;
    struct learn_share with, without; /* leads of the file, and the others */
    const struct lead_id *of;
    const unsigned char *marks;
    size_t of_count;
    struct learn_leak_rest rest; /* the others */
};

struct learn_leaks;
struct learn_leaks *learn_leak_begin(struct arena *a);
/* The instant of the first deed of a person; INSTANT_NEVER: nobody has worked on the lead. */
instant learn_handed_at(const struct history *h);
/* k: marked. h: all that is known of the lead by now. */
void learn_leak_add(struct learn_leaks *l, const struct history *h, const struct learn_case *k);
/* The facts that raise an alarm, the strongest AUC first. */
size_t learn_leak_end(struct learn_leaks *l, struct learn_leak **leaks);
/* The files whose columns would all seem to know the end; after learn_leak_end, over its facts. */
size_t learn_leak_files(struct learn_leaks *l, struct learn_leak_file **files);
/* All facts with their figures, those without an alarm too, in the same order. */
size_t learn_leak_facts(struct learn_leaks *l, struct learn_leak **facts);

#endif
