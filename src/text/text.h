/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* text.h - the words that people read: a key, in Russian or English.
 *
 * ru.txt and en.txt hold `key = text`, one a line, sorted by the bytes of the key; lines that begin with '#' stand at the top. They are packed
 * into the program (base/embed.h) and searched as they are: nothing is loaded, nothing is kept, any thread.
 *
 * Places to fill are {name}. A text that depends on a number has one line a form: Russian .one .few .many, English .one .other;
 * the forms are those of CLDR for whole numbers.
 *
 * tests/house holds that both files have the same keys and places, that each key in the code exists, and that each is used.
 */
#ifndef TEXT_TEXT_H
#define TEXT_TEXT_H

#include "base/ctx.h"

/* The text of key. A key that does not exist gives itself back: a person sees something, and the house check fails. */
struct str text_get(enum lang lang, const char *key);
/* The same for a key that is put together ("error." and a slug). STR_NULL when there is none. */
struct str text_find(enum lang lang, struct str key);
/* What has a name in either language, in this one; where it has none in it, in the other. */
struct str text_either(enum lang lang, struct str ru, struct str en);
/* A fact as people say it: by our own word for it, else its name with spaces: "Total time spent on website". */
struct str text_fact(struct arena *a, enum lang lang, struct str fact);

struct text_arg {
    const char *name; /* NULL ends the list */
    struct str value;
};
#define TEXT_ARGS(...) ((const struct text_arg[]){ __VA_ARGS__, { NULL, { NULL, 0 } } })

/* text_get with its places filled, in a. A place without an argument stays as it is. */
struct str text_fill(struct arena *a, enum lang lang, const char *key, const struct text_arg *args);
/* The form of key that goes with n, {n} filled with it and the other places from args (NULL: none). */
struct str text_count(struct arena *a, enum lang lang, const char *key, int64_t n, const struct text_arg *args);
/* "one", "few", "many" or "other": the form that goes with n. */
const char *text_form(enum lang lang, int64_t n);
/* "ru" and "en": LANG_RU when it is neither. */
enum lang text_lang(struct str code);
const char *text_lang_code(enum lang lang);

#endif
