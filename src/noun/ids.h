/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ids.h - a kind of id for each noun, so that mixing two does not compile, and the prefix each wears outside.
 */
#ifndef NOUN_IDS_H
#define NOUN_IDS_H

#include "base/id.h"

ID_TYPE(lead);
ID_TYPE(user);
ID_TYPE(event);
ID_TYPE(task);
ID_TYPE(assignment);
ID_TYPE(model);
ID_TYPE(import);
ID_TYPE(key);
ID_TYPE(company);
ID_TYPE(pool);
ID_TYPE(rule);
ID_TYPE(calendar);
ID_TYPE(view);
ID_TYPE(merge);
ID_TYPE(crossing);
ID_TYPE(absence);
ID_TYPE(report);
ID_TYPE(contest);
ID_TYPE(transfer);
ID_TYPE(predictor);
ID_TYPE(mark);
ID_TYPE(product);
ID_TYPE(question);
ID_TYPE(attempt);
ID_TYPE(certificate);
ID_TYPE(notice);
ID_TYPE(plan);
ID_TYPE(script);

#define PREFIX_LEAD       "ld"
#define PREFIX_USER       "us"
#define PREFIX_EVENT      "ev"
#define PREFIX_TASK       "tk"
#define PREFIX_ASSIGNMENT "as"
#define PREFIX_MODEL      "md"
#define PREFIX_IMPORT     "im"
#define PREFIX_KEY        "ky"
#define PREFIX_COMPANY    "co"
#define PREFIX_POOL       "pl"
#define PREFIX_RULE       "rl"
#define PREFIX_CALENDAR   "cl"
#define PREFIX_VIEW       "vw"
#define PREFIX_MERGE      "mg"
#define PREFIX_CROSSING   "cr"
#define PREFIX_ABSENCE    "ab"
#define PREFIX_REPORT     "rp"
#define PREFIX_CONTEST    "ct"
#define PREFIX_TRANSFER   "tr"
#define PREFIX_PREDICTOR  "pd"
#define PREFIX_MARK       "mk"
#define PREFIX_PRODUCT    "pr"
#define PREFIX_QUESTION   "qn"
#define PREFIX_ATTEMPT    "at"
#define PREFIX_CERTIFICATE "cf"
#define PREFIX_NOTICE     "nt"
#define PREFIX_PLAN       "sp"
#define PREFIX_SCRIPT     "sc"

#endif
