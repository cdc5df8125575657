/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table told as an OpenAPI 3.1 document. Nothing in it is written by hand: a row and its field tables are the description, so the two
 * cannot drift apart. Schemas stand where they are used; a field table serves one or two endpoints. */
#include "api/api_house.h"

#include <stdio.h>

#include "api/inner.h"



static void text(struct json_out *o, const char *key, const char *value)
{
    json_key(o, key);
    json_put_text(o, str_of(value));
}

static const char *method_word(enum http_method m)
{
    static const char *const names[] = { "get", "head", "post", "put", "patch", "delete", "options" };

    return names[m];
}

static const char *prefix_of(const struct endpoint *row)
{
    return row->door == DOOR_API ? "/api/v1" : "";
}

static bool same_path(const struct endpoint *a, const struct endpoint *b)
{
    return a->door == b->door && strcmp(a->path, b->path) == 0;
}

static void write_ref(struct json_out *o, const char *to)
{
    json_begin(o);
    text(o, "$ref", to);
    json_end(o);
}

/* ---- parameters ----------------------------------------------------------------------------------------------------------- */

static void path_parameters(struct json_out *o, const struct endpoint *row)
{
    struct str rest = str_of(row->path), piece;

    while (str_next(&rest, '/', &piece)) {
        if (piece.len < 3 || piece.ptr[0] != '{')
            continue;
        json_begin(o);
        json_key(o, "name");
        json_put_text(o, str_sub(piece, 1, piece.len - 2));
        text(o, "in", "path");
        json_key(o, "required");
        json_put_bool(o, true);
        json_key(o, "schema");
        json_begin(o);
        text(o, "type", "string");
        json_end(o);
        json_end(o);
    }
}

static void parameter_schema(struct json_out *o, const struct field *f)
{
    json_begin(o);
    switch (f->kind) {
    case FIELD_INT:
        text(o, "type", "integer");
        json_key(o, "minimum");
        json_put_int(o, f->min);
        if (f->max) {
            json_key(o, "maximum");
            json_put_int(o, f->max);
        }
        break;
    case FIELD_BOOL:
        text(o, "type", "boolean");
        break;
    case FIELD_INSTANT:
        text(o, "type", "string");
        text(o, "format", "date-time");
        break;
    case FIELD_ENUM:
        text(o, "type", "string");
        json_key(o, "enum");
        json_list(o);
        for (int i = 0; f->names[i]; i++)
            json_put_text(o, str_of(f->names[i]));
        json_list_end(o);
        break;
    default:
        text(o, "type", "string");
    }
    json_end(o);
}

static void query_parameters(struct json_out *o, const struct field *table)
{
    for (const struct field *f = table; f && f->name; f++) {
        json_begin(o);
        text(o, "name", f->name);
        text(o, "in", "query");
        if (f->help)
            text(o, "description", f->help);
        json_key(o, "required");
        json_put_bool(o, (f->flags & FIELD_REQUIRED) != 0);
        json_key(o, "schema");
        parameter_schema(o, f);
        json_end(o);
    }
}

static void parameters(struct json_out *o, const struct endpoint *row)
{
    json_key(o, "parameters");
    json_list(o);
    path_parameters(o, row);
    query_parameters(o, row->query);
    if (row->method == POST && row->tx == TX_WRITE && row->door == DOOR_API)
        write_ref(o, "#/components/parameters/IdempotencyKey");
    if ((row->method == PATCH || row->method == DELETE || row->method == PUT) && row->door == DOOR_API)
        write_ref(o, "#/components/parameters/IfMatch");
    json_list_end(o);
}

/* ---- bodies ----------------------------------------------------------------------------------------------------------------- */

static void table_schema(struct json_out *o, const struct field *table, bool writing)
{
    json_begin(o);
    field_schema(o, table, writing);
    json_end(o);
}

static void content(struct json_out *o, const char *type, const struct endpoint *row, bool writing)
{
    json_key(o, "content");
    json_begin(o);
    json_key(o, type);
    json_begin(o);
    if (writing && row->body) {
        json_key(o, "schema");
        table_schema(o, row->body, true);
    } else if (!writing && row->reply && row->shape == REPLY_ONE) {
        json_key(o, "schema");
        table_schema(o, row->reply, false);
    } else if (!writing && row->reply && row->shape == REPLY_LIST) {
        json_key(o, "schema");
        json_begin(o);
        text(o, "type", "object");
        json_key(o, "required");
        json_put_raw(o, STR("[\"items\",\"next\",\"total\"]"));
        json_key(o, "properties");
        json_begin(o);
        json_key(o, "items");
        json_begin(o);
        text(o, "type", "array");
        json_key(o, "items");
        table_schema(o, row->reply, false);
        json_end(o);
        json_key(o, "next");
        json_put_raw(o, STR("{\"type\":[\"string\",\"null\"]}"));
        json_key(o, "total");
        json_put_raw(o, STR("{\"type\":[\"integer\",\"null\"],\"description\":\"of all pages; null: not counted, as after the first page\"}"));
        json_key(o, "total_is");
        json_put_raw(o, STR("{\"type\":\"string\",\"enum\":[\"at_least\"],\"description\":\"there when counting stopped at total, and there are more\"}"));
        json_end(o);
        json_end(o);
    }
    json_end(o);
    json_end(o);
}

static void request_body(struct json_out *o, const struct endpoint *row)
{
    if (!row->body && !row->free_body && !row->file && !(row->door == DOOR_EVENTS && row->method == POST))
        return;
    json_key(o, "requestBody");
    json_begin(o);
    content(o, row->file ? "application/octet-stream" : "application/json", row, true);
    json_end(o);
}

static void responses(struct json_out *o, const struct endpoint *row)
{
    json_key(o, "responses");
    json_begin(o);
    json_key(o, row->shape == REPLY_EMPTY ? "204" : row->made ? "201" : "200");
    json_begin(o);
    text(o, "description", row->help);
    if (row->shape == REPLY_ONE || row->shape == REPLY_LIST)
        content(o, "application/json", row, false);
    json_end(o);
    if (row->made) { /* said again, or known already */
        json_key(o, "200");
        json_begin(o);
        text(o, "description", row->help);
        content(o, "application/json", row, false);
        json_end(o);
    }
    json_key(o, "default");
    write_ref(o, "#/components/responses/Problem");
    json_end(o);
}

/* ---- the whole ---------------------------------------------------------------------------------------------------------------- */

/* "get_leads_id_score": method and path, with '_' for what is no letter. */
static void operation_id(struct json_out *o, const struct endpoint *row)
{
    char id[200];
    int n = snprintf(id, sizeof id, "%s%s", method_word(row->method), row->path);
    size_t len = 0;

    for (int i = 0; i < n && i < (int)sizeof id; i++) {
        bool plain = (id[i] >= 'a' && id[i] <= 'z') || (id[i] >= 'A' && id[i] <= 'Z') || (id[i] >= '0' && id[i] <= '9');

        if (plain || (len > 0 && id[len - 1] != '_'))
            id[len++] = plain ? id[i] : '_';
    }
    if (!str_ends(str_of(row->path), STR("/")) && len > 0 && id[len - 1] == '_')
        len--; /* of a last {name} */
    json_key(o, "operationId");
    json_put_text(o, (struct str){ id, len });
}

static void operation(struct json_out *o, const struct endpoint *row)
{
    json_key(o, method_word(row->method));
    json_begin(o);
    operation_id(o, row);
    text(o, "summary", row->help);
    text(o, "x-right", team_right_names[row->right]);
    parameters(o, row);
    request_body(o, row);
    responses(o, row);
    if (row->right == RIGHT_NONE || row->door == DOOR_BARE) {
        json_key(o, "security");
        json_put_raw(o, STR("[]"));
    } else if (row->door == DOOR_EVENTS) {
        json_key(o, "security");
        json_put_raw(o, STR("[{\"writeKey\":[]}]"));
    }
    json_end(o);
}

static bool seen_before(const struct endpoint *table, const struct endpoint *row)
{
    for (const struct endpoint *k = table; k < row; k++)
        if (same_path(k, row))
            return true;
    return false;
}

static void paths(struct json_out *o, const struct endpoint *table)
{
    char path[200];

    json_key(o, "paths");
    json_begin(o);
    for (const struct endpoint *row = table; row->path; row++) {
        if (seen_before(table, row))
            continue;
        snprintf(path, sizeof path, "%s%s", prefix_of(row), row->path);
        json_key(o, path);
        json_begin(o);
        for (const struct endpoint *k = row; k->path; k++)
            if (same_path(k, row))
                operation(o, k);
        json_end(o);
    }
    json_end(o);
}

static void components(struct json_out *o)
{
    static const char raw[] =
        "{\"securitySchemes\":{\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"gradus_session\"},"
        "\"key\":{\"type\":\"http\",\"scheme\":\"bearer\"},\"writeKey\":{\"type\":\"http\",\"scheme\":\"basic\"}},"
        "\"parameters\":{\"IdempotencyKey\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"required\":false,"
        "\"schema\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":255}},"
        "\"IfMatch\":{\"name\":\"If-Match\",\"in\":\"header\",\"required\":false,\"schema\":{\"type\":\"string\"}}},"
        "\"responses\":{\"Problem\":{\"description\":\"What went wrong (RFC 9457)\",\"content\":{\"application/problem+json\":"
        "{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}},"
        "\"schemas\":{\"Problem\":{\"type\":\"object\",\"required\":[\"type\",\"title\",\"status\",\"request_id\"],"
        "\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
        "\"detail\":{\"type\":\"string\"},\"request_id\":{\"type\":\"string\"},\"errors\":{\"type\":\"array\",\"items\":"
        "{\"type\":\"object\",\"required\":[\"pointer\",\"code\",\"detail\"],\"properties\":{\"pointer\":{\"type\":\"string\"},"
        "\"code\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"},\"note\":{\"type\":\"string\"}}}}}}}}";

    json_key(o, "components");
    json_put_raw(o, str_of(raw));
}

void openapi_print(const struct endpoint *table, struct str version, struct buf *to)
{
    struct json_out o = json_to(to);

    json_begin(&o);
    text(&o, "openapi", "3.1.0");
    json_key(&o, "info");
    json_begin(&o);
    text(&o, "title", "Gradus");
    json_key(&o, "version");
    json_put_text(&o, version);
    text(&o, "description", "Leads, their events and scores, tasks and distribution. Errors are application/problem+json.");
    json_key(&o, "license");
    json_begin(&o);
    text(&o, "name", "AGPL-3.0-or-later");
    text(&o, "identifier", "AGPL-3.0-or-later");
    json_end(&o);
    json_end(&o);
    json_key(&o, "servers");
    json_put_raw(&o, STR("[{\"url\":\"/\"}]"));
    json_key(&o, "security");
    json_put_raw(&o, STR("[{\"session\":[]},{\"key\":[]}]"));
    paths(&o, table);
    components(&o);
    json_end(&o);
}

enum err openapi_get(struct call *call)
{
    struct buf b;

    (void)reply_begin(call, &b);
    openapi_print(call->house->api->table, STR("1"), &b);
    return reply_json(call, 200, &b);
}
