/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* calibrate_json.h - a calibration report as it is kept and shown.
 *
 * Shares and ratios are numbers of up to six decimals; what cannot be said is null. A share is {value, low, high, n, won, young,
 * leads_total, enough, leads}: `leads` is the query of GET /leads that lists those it counted (add ":won", ":not", ":young" for a part).
 * The text of the same cases is the same to the byte.
 */
#ifndef LEARN_CALIBRATE_JSON_H
#define LEARN_CALIBRATE_JSON_H

#include "learn/calibrate.h"
#include "learn/calibrate_store.h"
#include "learn/drift.h"
#include "learn/leak.h"
#include "learn/voice.h"

struct learn_title {
    struct str id, ru, en;
    bool quiet;              /* it asks for silence */
};

struct learn_whole {
    const struct learn_calibration *ask;
    struct str model_name;
    int64_t model_version;
    int64_t base;                  /* leads of the base that fit the question; more than were looked at: sampled */
    int maturity_days;
    struct learn_report report;
    struct learn_drift drift;
    const struct learn_leak *leaks;
    const bool *leak_used;         /* the model looks at the fact */
    size_t leak_count;
    const struct learn_leak_file *files;
    const struct str *file_names;  /* of each; empty: not known */
    size_t file_count;
    struct learn_voices voices;
    const struct learn_title *titles; /* of the criteria, in their order */
    bool aged;                     /* of those that did not buy, too many to be left out of account were judged on the day they came of age, and no end of theirs
                                    * is known: they had long gone quiet by then, buyers are judged as they buy, so that silence seems to tell everything */
};

struct str learn_whole_print(struct arena *a, const struct learn_whole *w);

#endif
