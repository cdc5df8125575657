/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api_company.h - companies: their lists, and who contributes what to a company's score. Rows: endpoints.c. */
#ifndef API_API_COMPANY_H
#define API_API_COMPANY_H

#include "api/endpoint.h"

enum err company_list(struct call *call);
enum err company_get(struct call *call);
enum err company_timeline(struct call *call);
enum err company_export(struct call *call);

extern const struct field company_query[], company_fields[], company_page_fields[], company_table_query[];

#endif
