/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How a row says that a lead ended, and the deed that is kept of it. */
#include <sodium.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "intake/import.h"

enum { HASH_BYTES = 16, BODY_BYTES = 4096 };

/* Folded words, '|' between them, of other programs too. */
static const struct {
    const char *stage, *words;
} stages[] = {
    { "new", "new|новый|новая|новая заявка|неразобранное|первичный контакт" },
    { "contact", "contact|contacted|контакт|связались|в работе" },
    { "qualified", "qualified|квалифицирован|квалификация" },
    { "offer", "offer|proposal|предложение|кп отправлено|отправлено кп" },
    { "talks", "talks|negotiation|переговоры|согласование" },
    { "won", "won|closed won|closed - won|выигран|выиграна|выиграно|успешно реализовано|сделка успешна|сделка заключена|продажа|продано|купил|converted" },
    { "lost", "lost|closed lost|closed - lost|проигран|проиграна|проиграно|потерян|закрыто и не реализовано|сделка провалена|отказ|not converted|unqualified" },
};
/* Of a column of outcomes, where a stage's name may stand too. */
static const char yes[] = "1|y|yes|true|t|да|д|истина|+";
static const char no[] = "0|n|no|false|f|нет|н|ложь|-";
static const char open_words[] = "open|pending|in progress|в работе|открыт|открыта|в процессе";

static bool among(const char *list, struct str word)
{
    struct str rest = str_of(list), piece;

    while (str_next(&rest, '|', &piece))
        if (str_eq(piece, word))
            return true;
    return false;
}

static bool listed(const struct str *words, size_t count, struct str word)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(words[i], word))
            return true;
    return false;
}

static struct str stage_of(struct str word)
{
    for (size_t i = 0; i < countof(stages); i++)
        if (among(stages[i].words, word))
            return str_of(stages[i].stage);
    return STR_NULL;
}

const char *intake_row_stage(struct arena *a, const struct intake_mapping *m, struct str field, struct str cell,
                             struct intake_row *row)
{
    struct str word = utf8_fold(a, str_trim(cell)), stage;
    bool outcome = str_eq(field, STR("outcome"));

    if (!outcome) {
        stage = stage_of(word);
        if (!stage.len)
            return "bad_stage";
        if (!row->stage.len) /* the outcome says more than the stage */
            row->stage = stage;
        return NULL;
    }
    if (among(open_words, word))
        return NULL;
    if (listed(m->yes, m->yes_count, word) || among(yes, word))
        stage = STR("won");
    else if (listed(m->no, m->no_count, word) || among(no, word))
        stage = STR("lost");
    else
        stage = stage_of(word);
    if (!stage.len)
        return "bad_outcome";
    if (str_eq(stage, STR("won")) || str_eq(stage, STR("lost")))
        row->stage = stage;
    return NULL;
}

bool intake_says_stage(struct arena *a, struct str field, struct str cell)
{
    struct str word = utf8_fold(a, str_trim(cell));

    if (str_eq(field, STR("outcome")) && (among(yes, word) || among(no, word) || among(open_words, word)))
        return true;
    return stage_of(word).len > 0;
}

/* The same row tells the same deed, in whichever file it stands. */
static struct str deed_id(struct arena *a, const struct intake_row *row)
{
    unsigned char hash[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1], at[INSTANT_TEXT_MAX];
    struct str when = row->stage_at == INSTANT_NONE ? STR("") : instant_print(row->stage_at, at);
    struct str text = str_print(a, STR_FMT "\nstage\n" STR_FMT "\n" STR_FMT, STR_ARG(row->event.message_id),
                                STR_ARG(row->stage), STR_ARG(when));

    crypto_generichash(hash, sizeof hash, (const unsigned char *)text.ptr, text.len, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    return str_print(a, "stage-%s", hex);
}

void intake_row_before_stage(struct intake_row *row)
{
    if (row->stage.len && !row->dated && row->stage_at != INSTANT_NONE && row->stage_at <= row->event.at)
        row->event.at = row->stage_at - 1;
}

enum err intake_row_deed(struct ctx *c, const struct intake_row *row, struct event *deed)
{
    struct buf b = buf_new(c->arena, BODY_BYTES);
    struct json_out o = json_to(&b);
    struct json *body;
    enum err e;

    json_begin(&o);
    json_key(&o, "properties");
    json_begin(&o);
    json_key(&o, "to");
    json_put_text(&o, row->stage);
    if (row->stage_at == INSTANT_NONE) {
        json_key(&o, "undated");
        json_put_bool(&o, true);
    }
    json_end(&o);
    json_end(&o);
    *deed = (struct event){
        .kind = EVENT_DEED,
        .who = row->event.who,
        .name = STR("Stage Changed"),
        .message_id = deed_id(c->arena, row),
        .at = row->stage_at == INSTANT_NONE ? c->now : row->stage_at,
        .known_at = row->event.known_at,
        .import_id = row->event.import_id,
        .source_id = row->event.source_id,
        .raw = buf_str(&b),
    };
    if (deed->at > c->now)
        deed->at = c->now;
    bool behind = row->dated || row->stage_at == INSTANT_NONE;
    if (behind && deed->at <= row->event.at) /* a day is all that most files tell: what was known of the lead comes before how it ended */
        deed->at = row->event.at + 1;
    if ((e = json_read(c, deed->raw, &body)))
        return e;
    deed->body = body;
    return ERR_NONE;
}
