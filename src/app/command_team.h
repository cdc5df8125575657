/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* command_team.h - users, keys and the audit log from the command line. */
#ifndef APP_COMMAND_TEAM_H
#define APP_COMMAND_TEAM_H

#include "app/command.h"

int run_user_add(struct front *front, struct args *args);
int run_user_list(struct front *front, struct args *args);
int run_user_password(struct front *front, struct args *args);
int run_key_add(struct front *front, struct args *args);
int run_key_list(struct front *front, struct args *args);
int run_key_revoke(struct front *front, struct args *args);
int run_audit_check(struct front *front, struct args *args);

#endif
