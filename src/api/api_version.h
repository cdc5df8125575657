/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_version.h - how leads are shared out, as drafts and versions at the door: the rules and by which policy each pool picks (route/version.h).
 * Whatever changes one of the two, by whichever door, is a version, so that going back is always whole. Rows: endpoints.c. */
#ifndef API_API_VERSION_H
#define API_API_VERSION_H

#include "api/api_policy.h"
#include "api/api_rule.h"
#include "route/version.h"

enum err rule_version_list(struct call *call);
enum err rule_version_get(struct call *call);
enum err rule_version_publish(struct call *call);
enum err rule_draft_create(struct call *call);
enum err rule_draft_put(struct call *call);
enum err rule_draft_remove(struct call *call);

/* They are the rules from now on, the pools pick by these policies (one that is not named: as it did), and it is a version: version then is it.
 * Of what stands already nothing is made (but of a draft): version is the live one. */
NODISCARD enum err rules_publish(struct call *call, struct rules *rules, const struct field_list *policies, struct rule_version *version);
/* The number of the live version, 0 before the first: at which the rules are read, and told as their ETag. */
NODISCARD enum err rules_number(struct call *call, int64_t *number);
/* What stands now becomes a version: a pool picks by another policy. */
NODISCARD enum err rules_stand(struct call *call);
/* Rules that a question names: these items (of struct rule_ask, checked), or those of a version, or the live ones; and of a version the
 * policies (of struct pool_policy) that differ from those of now. */
NODISCARD enum err rules_asked(struct call *call, const struct field_list *items, int64_t version_id, struct rules *rules, struct field_list *policies);

extern const struct field rule_draft_fields[], rule_publish_fields[], rule_version_row_fields[], rule_version_fields[];

#endif
