/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow_past.h - what a decision looks at besides the lead, kept when it is not what the decision before saw (route/past.h).
 *
 * One call at the end of opening a desk to decide. Most often nothing has changed, and it costs a sum over what is in memory and one row read.
 * Whatever else a decision comes to ask of people belongs into both halves of this file, or it cannot be derived again.
 */
#ifndef FLOW_FLOW_PAST_H
#define FLOW_FLOW_PAST_H

#include "flow/flow_route.h"
#include "route/past.h"

NODISCARD enum err flow_past_keep(struct ctx *c, struct db_tx *tx, const struct desk *d);

/* The body of a person's part. */
void flow_past_print(const struct desk_person *p, struct json_out *o);
/* The body of rules. */
void flow_past_print_rules(const struct rules *rules, struct json_out *o);

/* A person as kept: all that a decision asks of them that is not counted (load, places, quotas used). */
struct past_person {
    int role;
    bool active, on_duty;
    instant back_at;              /* off duty: when it begins again by itself; INSTANT_NEVER: by hand */
    struct str sees;              /* JSON: the condition of leads they are shown; absent: all */
    enum level level;
    int64_t weight, capacity, day_quota, hour_quota;
    struct texts products, regions, languages;
    struct cal cal;               /* without absences */
    struct cal_span *absences;
    size_t absence_count;
    bool catch_up;                /* of the absence they are in */
    struct skill *skills;         /* certificates */
    size_t skill_count;
};
/* Each reads the body of a part of its kind; ERR_BAD_JSON and what cal_parse says of one that was not written here. In c->arena. */
NODISCARD enum err flow_past_person(struct ctx *c, struct str body, struct past_person *p);
NODISCARD enum err flow_past_rules(struct ctx *c, struct str body, struct rules *rules);
NODISCARD enum err flow_past_norms(struct ctx *c, struct str body, struct sla_norms *norms, int64_t *sla_minutes);
/* The gated products that stood beside the norms, in the same part. */
NODISCARD enum err flow_past_gated(struct ctx *c, struct str norms_body, struct products *gated);
NODISCARD enum err flow_past_pool(struct ctx *c, struct str body, struct pool *pool, struct pool_members *members);

#endif
