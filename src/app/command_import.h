/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* command_import.h - files taken from the command line, with or without a server beside it.
 */
#ifndef APP_COMMAND_IMPORT_H
#define APP_COMMAND_IMPORT_H

#include "app/command.h"

int run_import_leads(struct front *front, struct args *args);
int run_import_events(struct front *front, struct args *args);
int run_import_undo(struct front *front, struct args *args);

#endif
