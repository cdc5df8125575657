/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* command_model.h - models as files, from the command line: for git, reviews and continuous checks. They work while the server runs.
 */
#ifndef APP_COMMAND_MODEL_H
#define APP_COMMAND_MODEL_H

#include "app/command.h"

int run_model_check(struct front *front, struct args *args);
int run_model_show(struct front *front, struct args *args);
int run_model_diff(struct front *front, struct args *args);
int run_model_replay(struct front *front, struct args *args);
int run_model_publish(struct front *front, struct args *args);

#endif
