/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* command_learn.h - learning from outcomes by hand: what the thread of long work does by itself, at once and without a server.
 */
#ifndef APP_COMMAND_LEARN_H
#define APP_COMMAND_LEARN_H

#include "app/command.h"

int run_learn(struct front *front, struct args *args);

#endif
