/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* command_custody.h - gradus check custody: was any hot lead, at any second of a period, nobody's affair. */
#ifndef APP_COMMAND_CUSTODY_H
#define APP_COMMAND_CUSTODY_H

#include "app/command.h"

int run_check_custody(struct front *front, struct args *args);

#endif
