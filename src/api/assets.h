/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* assets.h - the interface, packed into the program. */
#ifndef API_ASSETS_H
#define API_ASSETS_H

#include "api/endpoint.h"

/* Answers a GET that no endpoint has: a packed file, or the page of the interface. */
void assets_answer(struct call *call);

#endif
