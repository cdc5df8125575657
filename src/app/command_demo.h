/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* command_demo.h - the demonstration company: people, hours, ninety days of what leads did and what was done about it.
 */
#ifndef APP_COMMAND_DEMO_H
#define APP_COMMAND_DEMO_H

#include "app/command.h"

int run_demo(struct front *front, struct args *args);

#endif
