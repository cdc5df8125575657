/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/api_model.h"

#include "flow/flow_words.h"

struct words_view {
    struct str facts, events, pages;
};
#define W(member, words)                                                                           \
    { .name = #member, .kind = FIELD_RAW, .offset = offsetof(struct words_view, member), .help = words }
const struct field words_fields[] = {
    W(facts, "[{name, type: text|number|truth, leads, values: the usual ones}], the most usual first"),
    W(events, "[{name, leads}]"),
    W(pages, "[{name, leads}]"),
    { 0 },
};

enum { WORDS_BYTES = 1 << 20 };

static struct str words_json(struct arena *a, const struct flow_word *words, size_t n, bool facts)
{
    struct buf b = buf_new(a, WORDS_BYTES);
    struct json_out o = json_to(&b);

    json_list(&o);
    for (size_t i = 0; i < n; i++) {
        json_begin(&o);
        json_key(&o, "name");
        json_put_text(&o, words[i].text);
        json_key(&o, "leads");
        json_put_int(&o, words[i].leads);
        if (facts) {
            json_key(&o, "type");
            json_put_text(&o, str_of(flow_word_type_names[words[i].type]));
            json_key(&o, "values");
            json_list(&o);
            for (size_t j = 0; j < words[i].value_count; j++)
                json_put_text(&o, words[i].values[j].text);
            json_list_end(&o);
        }
        json_end(&o);
    }
    json_list_end(&o);
    return buf_str(&b);
}

enum err words_get(struct call *call)
{
    struct flow_words w;
    struct words_view v;
    struct arena *a = call->ctx.arena;
    enum err e = flow_words_read(&call->ctx, call->tx, NULL, 0, &w, NULL);

    if (e)
        return e;
    v = (struct words_view){
        words_json(a, w.facts, w.fact_count, true),
        words_json(a, w.events, w.event_count, false),
        words_json(a, w.pages, w.page_count, false),
    };
    return reply_ok(call, &v);
}
