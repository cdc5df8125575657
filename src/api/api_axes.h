/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_axes.h - the grid, the ideal customer, checklists, what would make a lead hot, and the moment beside a score. */
#ifndef API_API_AXES_H
#define API_API_AXES_H

#include "api/endpoint.h"
#include "score/axes.h"
#include "score/priority.h"

extern const struct field grid_fields[], icp_fields[], checklist_fields[], checklist_put_fields[], raise_fields[];
extern const struct field moment_query[], moment_fields[];

NODISCARD enum err grid_get(struct call *call);
NODISCARD enum err grid_export(struct call *call);
NODISCARD enum err lead_icp(struct call *call);
NODISCARD enum err lead_checklist_list(struct call *call);
NODISCARD enum err lead_checklist_answer(struct call *call);
NODISCARD enum err lead_raise(struct call *call);
NODISCARD enum err lead_moment(struct call *call);

/* {"level": .., "base": .., "reasons": [{code, step, value, text}]} in the caller's language. In c->arena. */
struct str priority_text(struct ctx *c, const struct priority *p);
/* {"fit": {"groups": [..], "titles": [..], "borders": [a, b], "set": ..}, "engagement": ..}, titles in the caller's language. In c->arena. */
struct str axes_text(struct ctx *c, const struct model *m);

#endif
