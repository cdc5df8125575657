/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_axes.h - the grid, the ideal customer, checklists, what would make a lead hot, and the moment beside a score. */
#ifndef API_API_AXES_H
#define API_API_AXES_H

#include "api/endpoint.h"
#include "score/axes.h"

extern const struct field grid_fields[], icp_fields[];

NODISCARD enum err grid_get(struct call *call);
NODISCARD enum err lead_icp(struct call *call);

/* {"fit": {"groups": [..], "borders": [a, b], "set": ..}, "engagement": ..}. In a. */
struct str axes_text(struct arena *a, const struct model *m);

#endif
