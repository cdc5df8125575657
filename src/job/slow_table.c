/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The one table of long work. */
#include "job/slow_calibrate.h"
#include "job/slow_check.h"
#include "job/slow_learn.h"
#include "job/slow_perform.h"
#include "job/slow_transfer.h"
#include "job/slow_simulate.h"
#include "job/slow_trial.h"

const struct job_slow job_slow_table[] = {
    { "calibration", job_calibrate_due, job_calibrate, false, "reports on whether the score is honest" },
    { "transfer", job_transfer_due, job_transfer_plan, false, "plans of leads to be given out at once" },
    { "replay", job_trial_due, job_trial, false, "drafts tried over the whole history" },
    { "simulation", job_simulate_due, job_simulate, false, "weeks of distribution lived through again under other rules" },
    { "suggestion", job_suggest_due, job_suggest, false, "points fitted to outcomes, for a model that somebody asked about" },
    { "check", job_check_due, job_check, true, "is the database file whole; once after a start, when it was too large for the start itself" },
    { "learning", job_learn_due, job_learn, true, "a new predictor tried against the one in use" },
    { "correction", job_correction_due, job_correction, true, "the predictor's slope and intercept, by the newest outcomes" },
    { "performance", job_perform_due, job_perform, true, "how people did with the leads they were given" },
    { 0 }
};
