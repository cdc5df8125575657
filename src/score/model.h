/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* model.h - a model: criteria, limits, groups, thresholds; read, checked, compiled, printed.
 *
 * A compiled model is a snapshot: immutable, counted, shared by threads. It knows which criteria listen to which event name and to
 * which fact, so that an event nobody listens to costs one look-up.
 *
 * The text form (API, file, table) is one JSON object; score_model_print(score_model_read(text)) has the same meaning and is the same text
 * the second time. Faults are noted with the JSON pointer of their place: "/criteria/3/when/all/0/op".
 *
 * A criterion is of the EVENT kind (its condition names an event outside windows: points accrue, each event that meets it is an
 * occurrence) or of the STATE kind (points while it holds). For the STATE kind max_times and cooldown say nothing: it holds once.
 */
#ifndef SCORE_MODEL_H
#define SCORE_MODEL_H

#include "base/fix.h"
#include "cond/cond.h"
#include "noun/band.h"

enum ageing_kind { AGEING_NONE, AGEING_HALF_LIFE, AGEING_LINEAR, AGEING_EXPIRE };

struct ageing {
    enum ageing_kind kind;
    int64_t span_us; /* half-life, period, or life */
    int32_t percent; /* linear: lost at the end of each whole period, of the first points */
};

struct criterion {
    struct str id; /* [a-z0-9_-]{1,64}, unique in the model */
    struct str title_ru, title_en;
    int group;
    bool enabled;
    fix points;
    int64_t max_times;   /* 0: no limit */
    fix max_points;      /* 0: no limit; of the criterion's sum, sign aside */
    int64_t cooldown_us; /* 0: none */
    struct ageing ageing;
    struct cond *when;
    struct str when_text; /* the condition as JSON */
    /* derived */
    bool per_event; /* of the EVENT kind */
    int64_t keep;   /* how many of the latest occurrences can count; 0: all do */
};

/* What a group says of a lead: axes.h. */
enum axis { AXIS_FIT, AXIS_ENGAGEMENT, AXES, AXIS_NONE = AXES };

struct group {
    struct str name, title_ru, title_en;
    bool has_floor, has_ceiling;
    fix floor, ceiling;
    enum axis axis;
};

/* How a company's score is made of its people's: company.h. */
enum company_rule { COMPANY_MAX, COMPANY_SUM_TOP3, COMPANY_MEAN };

/* One condition of the ideal customer: axes.h. */
struct icp_condition {
    struct str title_ru, title_en;
    int64_t weight;
    struct cond *when;
    struct str when_text; /* the condition as JSON */
};

struct gate {
    enum band band;
    int group; /* -1: a condition */
    fix min;
    struct cond *when;
    struct str when_text; /* the condition as JSON */
};

struct model {
    struct model_id id; /* 0 for a draft in hand */
    int64_t version;
    struct str name;
    fix floor, ceiling, warm, hot, hysteresis;
    bool has_public_ceiling;
    fix public_ceiling;
    struct group *groups;
    size_t group_count;
    struct criterion *criteria;
    size_t criterion_count;
    struct gate *gates;
    size_t gate_count;
    bool has_axis_groups[AXES], has_borders[AXES]; /* given in the body; else by default */
    fix borders[AXES][2];                          /* rising */
    struct icp_condition *icp;
    size_t icp_count;
    int64_t icp_weight; /* of all of them */
    bool has_company;   /* given in the body; else COMPANY_MAX: company.h */
    int company_rule;
    int64_t company_cap; /* 0: the model's ceiling */
    size_t pattern_bytes;      /* what the compiled patterns of its conditions take; at most LIMIT_PATTERN_BYTES */
    struct model_index *index; /* who listens to what */
    /* While a contest runs: the model by which a part of the leads is scored, and whose contest it is. The live model holds it, and so it lives
     * as long. NULL, 0: none. */
    struct model *rival;
    struct contest_id contest;
    struct arena *arena;
    int holders;
};

/* Points that were fitted to how leads ended: on those leads every figure of the model may flatter. It is no part of what the model says, but stays with
 * it whatever is changed in it later, goes live with it, passes to drafts that begin with it, and goes out and comes back with its file. */
struct model_fitted {
    instant until; /* outcomes up to then were learnt from; INSTANT_NONE: it was not fitted */
    fix auc;       /* of the fitted points on leads that were held back */
};
#define MODEL_NOT_FITTED ((struct model_fitted){ INSTANT_NONE, 0 })
/* Of a model made of two the one that learnt later. */
struct model_fitted score_fitted_later(struct model_fitted a, struct model_fitted b);

/* Reads and checks body (place "" or the pointer of body), all faults noted. On success *m is held once by the caller, with id and
 * version 0, and owns everything it points to. */
NODISCARD enum err score_model_read(struct ctx *c, const struct json *body, struct str place,
                                    struct model **m);
/* The same from text. */
NODISCARD enum err score_model_parse(struct ctx *c, struct str text, struct model **m);
/* The text form, canonical: fixed order of members, absent limits left out. In a. */
struct str score_model_print(const struct model *m, struct arena *a);

/* One holder more, one less; the last one frees. Any thread. hold returns its argument. */
struct model *score_model_hold(struct model *m);
void score_model_drop(struct model *m);
/* The caller's hold goes to the arena: dropped as it ends. Returns its argument. */
struct model *score_model_until(struct arena *a, struct model *m);

/* Does anything in m listen to such an event (kind, name), and would it look into its body? Bots' events: never. */
bool score_listens_event(const struct model *m, enum event_kind kind, struct str name, bool *body);
/* Does anything in m look into the bodies of events? If not, histories may be loaded without. */
bool score_needs_bodies(const struct model *m);
/* Does anything listen to one of the facts of patch (an object)? */
bool score_listens_profile(const struct model *m, const struct json *patch);
/* The index of the criterion of that id, or -1. */
int score_criterion_find(const struct model *m, struct str id);

#endif
