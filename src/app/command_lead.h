/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* command_lead.h - why a score is what it is, and whether all that is derived agrees with what is kept.
 */
#ifndef APP_COMMAND_LEAD_H
#define APP_COMMAND_LEAD_H

#include "app/command.h"

int run_explain(struct front *front, struct args *args);
int run_replay(struct front *front, struct args *args);

#endif
