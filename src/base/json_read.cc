/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* json_read.cc - the reader: simdjson's first stage, and a tree laid out behind it.
 *
 * The first stage checks UTF-8, closes every string and gives the offset of every brace, bracket, comma, colon and first
 * letter of a value, sixteen and more bytes at a time. The tree is built here, over those offsets, and not by simdjson's own
 * second stage, because three things are wanted that its tree has lost: the own bytes of each value (an event is stored as it
 * came), duplicate keys, and one bad item told apart from a bad whole.
 *
 * Two kinds of badness. Hard: the text is no JSON, nothing behind the place can be trusted. Soft: the structure stands, but a
 * text holds NUL or a lone surrogate, a key came twice, or the depth is past the limit; within an item of a batch a
 * soft one spoils only that item.
 *
 * The only C++ of the house, because simdjson is; no exception leaves it (out of memory ends the process, as in arena.c).
 */
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>
#include <algorithm>

#include <simdjson.h>

extern "C" {
#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
}

namespace {

constexpr size_t hard_depth = 1024; /* past it even a batch is refused whole */
constexpr size_t kept_bytes = 1 << 20;

struct frame {
    str key;        /* of the member being read, in an object */
    size_t kept_at; /* where its members begin on the stack */
    uint32_t index; /* of the item being read, in an array */
    bool object;
};

/* What one thread keeps between texts: simdjson's buffers cost more to make than a small text costs to read. Thread-local and
 * not handed down, because it carries nothing from one text to the next. */
struct workshop {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> stage;
    size_t capacity = 0;
    std::vector<json_member> kept;
    std::vector<frame> frames;
    std::vector<json> opened; /* one a frame: the value it will become, with the start of its bytes */
    std::vector<const json_member *> sorted;
};
thread_local workshop shop;

struct reader {
    ctx *c;
    str text;
    const uint32_t *at;  /* offsets found by the first stage */
    uint32_t count, next;
    bool batch;
    str list_key;
    size_t item_depth;   /* frames outside the list's items; 0 while not within the list */
    enum err item_bad;   /* of the item being read */
    std::vector<enum err> bad;
    bool list_seen;
};

str view(const char *p, size_t n)
{
    return str{ p, n };
}

bool same(str a, str b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

/* The JSON pointer of the place being read. */
str pointer(const reader &r)
{
    buf b = buf_new(r.c->arena, 2048);
    for (const frame &f : shop.frames) {
        buf_char(&b, '/');
        if (!f.object) {
            buf_int(&b, f.index);
            continue;
        }
        for (size_t i = 0; i < f.key.len; i++) {
            char ch = f.key.ptr[i];
            if (ch == '~' || ch == '/')
                buf_add(&b, ch == '~' ? view("~0", 2) : view("~1", 2));
            else
                buf_char(&b, ch);
        }
    }
    return buf_str(&b);
}

enum err hard(reader &r, const char *what, size_t offset)
{
    return fault_at(r.c, ERR_BAD_JSON, pointer(r), "%s at byte %zu", what, offset);
}

/* A soft fault: ends the reading, unless it lies within an item of the batch. */
enum err soft(reader &r, enum err code, const char *what)
{
    if (r.item_depth && shop.frames.size() >= r.item_depth) {
        if (r.item_bad == ERR_NONE)
            r.item_bad = code;
        return ERR_NONE;
    }
    return fault_at(r.c, code, pointer(r), "%s", what);
}

/* True if one of n bytes is a backslash: eight at a time. */
bool has_escape(const char *p, size_t n)
{
    for (; n >= 8; p += 8, n -= 8) {
        uint64_t v;
        memcpy(&v, p, 8);
        v ^= 0x5C5C5C5C5C5C5C5Cu;
        if ((v - 0x0101010101010101u) & ~v & 0x8080808080808080u)
            return true;
    }
    for (; n; p++, n--)
        if (*p == '\\')
            return true;
    return false;
}

bool hex4(const char *p, const char *end, uint32_t *v)
{
    if (end - p < 4)
        return false;
    *v = 0;
    for (int i = 0; i < 4; i++) {
        char ch = p[i];
        int d = ch >= '0' && ch <= '9' ? ch - '0' : (ch | 32) >= 'a' && (ch | 32) <= 'f' ? (ch | 32) - 'a' + 10 : -1;
        if (d < 0)
            return false;
        *v = *v << 4 | (uint32_t)d;
    }
    return true;
}

/* What \uXXXX at p (behind the u) stands for; takes the second half of a pair too. 0 is soft, so is a lone surrogate: both are
 * put as U+FFFD, so that the rest can be read. */
enum err unescape_u(reader &r, const char **p, const char *end, uint32_t *cp)
{
    uint32_t low;
    if (!hex4(*p, end, cp))
        return hard(r, "a broken \\u escape", (size_t)(*p - r.text.ptr));
    *p += 4;
    if (*cp >= 0xD800 && *cp <= 0xDBFF && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u' &&
        hex4(*p + 2, end, &low) && low >= 0xDC00 && low <= 0xDFFF) {
        *p += 6;
        *cp = 0x10000 + ((*cp - 0xD800) << 10) + (low - 0xDC00);
        return ERR_NONE;
    }
    if (*cp >= 0xD800 && *cp <= 0xDFFF) {
        *cp = 0xFFFD;
        return soft(r, ERR_BAD_UTF8, "a lone surrogate");
    }
    if (*cp == 0) {
        *cp = 0xFFFD;
        return soft(r, ERR_NUL, "NUL in a text");
    }
    return ERR_NONE;
}

enum err unescape(reader &r, str s, str *out)
{
    /* An escape is never shorter than what it stands for. */
    char *to = static_cast<char *>(arena_alloc(r.c->arena, s.len + 4));
    char *w = to;
    const char *p = s.ptr, *end = s.ptr + s.len;
    while (p < end) {
        if (*p != '\\') {
            *w++ = *p++;
            continue;
        }
        p++;
        if (p == end)
            return hard(r, "a broken escape", (size_t)(p - r.text.ptr));
        char ch = *p++;
        static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
        const char *known = ch ? strchr(from, ch) : nullptr;
        if (known) {
            *w++ = into[known - from];
        } else if (ch == 'u') {
            uint32_t cp;
            enum err e = unescape_u(r, &p, end, &cp);
            if (e)
                return e;
            w += utf8_put(w, cp);
        } else {
            return hard(r, "an unknown escape", (size_t)(p - 1 - r.text.ptr));
        }
    }
    *out = view(to, (size_t)(w - to));
    return ERR_NONE;
}

/* Where the token at offset from ends: the next one's start, white space between them taken off. */
size_t token_end(const reader &r, size_t from)
{
    size_t end = r.next < r.count ? r.at[r.next] : r.text.len;
    while (end > from && (r.text.ptr[end - 1] == ' ' || r.text.ptr[end - 1] == '\n' ||
                          r.text.ptr[end - 1] == '\r' || r.text.ptr[end - 1] == '\t'))
        end--;
    return end;
}

/* The string whose opening quote is at offset from. The first stage has closed it: its last byte is the quote. */
enum err read_text(reader &r, size_t from, str *out)
{
    size_t end = token_end(r, from);
    if (end < from + 2 || r.text.ptr[end - 1] != '"')
        return hard(r, "a broken text", from);
    str s = view(r.text.ptr + from + 1, end - from - 2);
    if (has_escape(s.ptr, s.len))
        return unescape(r, s, out);
    *out = s;
    return ERR_NONE;
}

bool is_digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

/* -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)? and nothing else. */
bool number_is_good(str s, bool *whole)
{
    size_t i = s.ptr[0] == '-' ? 1 : 0;
    if (i >= s.len || !is_digit(s.ptr[i]))
        return false;
    if (s.ptr[i] == '0')
        i++;
    else
        while (i < s.len && is_digit(s.ptr[i]))
            i++;
    *whole = i == s.len;
    if (i < s.len && s.ptr[i] == '.') {
        size_t first = ++i;
        while (i < s.len && is_digit(s.ptr[i]))
            i++;
        if (i == first)
            return false;
    }
    if (i < s.len && (s.ptr[i] == 'e' || s.ptr[i] == 'E')) {
        i++;
        if (i < s.len && (s.ptr[i] == '+' || s.ptr[i] == '-'))
            i++;
        size_t first = i;
        while (i < s.len && is_digit(s.ptr[i]))
            i++;
        if (i == first)
            return false;
    }
    return i == s.len;
}

enum err read_number(reader &r, str s, json *v)
{
    bool whole;
    if (!number_is_good(s, &whole))
        return hard(r, "no value", (size_t)(s.ptr - r.text.ptr));
    if (whole && str_to_int(s, &v->as.integer)) {
        v->type = JSON_INT;
        return ERR_NONE;
    }
    double d = 0;
    std::from_chars_result got = std::from_chars(s.ptr, s.ptr + s.len, d);
    v->as.text = s;
    v->type = got.ec == std::errc() && std::isfinite(d) ? JSON_NUM : JSON_TEXTNUM;
    return ERR_NONE;
}

enum err read_scalar(reader &r, size_t from, json *v)
{
    size_t end = token_end(r, from);
    str s = view(r.text.ptr + from, end - from);
    v->raw = s;
    switch (s.ptr[0]) {
    case '"':
        v->type = JSON_TEXT;
        return read_text(r, from, &v->as.text);
    case 't':
    case 'f':
        v->type = JSON_BOOL;
        v->as.truth = s.ptr[0] == 't';
        if (!same(s, v->as.truth ? view("true", 4) : view("false", 5)))
            return hard(r, "no value", from);
        return ERR_NONE;
    case 'n':
        v->type = JSON_NULL;
        return same(s, view("null", 4)) ? ERR_NONE : hard(r, "no value", from);
    default:
        return read_number(r, s, v);
    }
}

/* The first key that comes twice among n members, or NULL. Many are sorted: outsiders choose keys, so no hash is trusted. */
const json_member *twice(const json_member *m, size_t n)
{
    if (n <= 12) {
        for (size_t i = 1; i < n; i++)
            for (size_t k = 0; k < i; k++)
                if (same(m[i].key, m[k].key))
                    return &m[i];
        return nullptr;
    }
    auto &s = shop.sorted;
    s.resize(n);
    for (size_t i = 0; i < n; i++)
        s[i] = &m[i];
    std::sort(s.begin(), s.end(), [](const json_member *a, const json_member *b) {
        return str_cmp(a->key, b->key) < 0;
    });
    for (size_t i = 1; i < n; i++)
        if (same(s[i]->key, s[i - 1]->key))
            return s[i];
    return nullptr;
}

/* Is the frame on top the batch's list? */
bool is_list(const reader &r)
{
    return r.item_depth && shop.frames.size() == r.item_depth;
}

/* Lays what the frame on top has gathered into the arena and takes the frame off. */
enum err close_frame(reader &r, size_t end, json *v)
{
    frame f = shop.frames.back();
    json_member *m = shop.kept.data() + f.kept_at;
    size_t n = shop.kept.size() - f.kept_at;
    if (f.object) {
        const json_member *d = twice(m, n);
        if (d) {
            shop.frames.back().key = d->key;
            enum err e = soft(r, ERR_DUPLICATE_KEY, "a key comes twice");
            if (e)
                return e;
        }
        v->type = JSON_OBJECT;
        v->as.members = static_cast<json_member *>(arena_alloc(r.c->arena, n * sizeof(json_member)));
        if (n)
            memcpy(v->as.members, m, n * sizeof(json_member));
    } else {
        v->type = JSON_ARRAY;
        v->as.items = static_cast<json *>(arena_alloc(r.c->arena, n * sizeof(json)));
        for (size_t i = 0; i < n; i++)
            v->as.items[i] = m[i].value;
    }
    v->count = (uint32_t)n;
    v->raw.len = end - (size_t)(v->raw.ptr - r.text.ptr);
    if (is_list(r))
        r.item_depth = 0;
    shop.kept.resize(f.kept_at);
    shop.frames.pop_back();
    return ERR_NONE;
}

/* A whole value has been read: it becomes a member of the frame on top. */
void keep(reader &r, const json &v)
{
    frame &f = shop.frames.back();
    json_member m = { f.object ? f.key : view(nullptr, 0), v };
    if (is_list(r)) {
        if (r.item_bad) {
            m.value = json{};
            m.value.raw = v.raw;
        }
        r.bad.push_back(r.item_bad);
        r.item_bad = ERR_NONE;
    }
    shop.kept.push_back(m);
    f.index++;
}

/* key and ':' of the next member; from is the offset of the token where the key should be. */
enum err read_key(reader &r, size_t from)
{
    if (r.text.ptr[from] != '"')
        return hard(r, "a key is expected", from);
    enum err e = read_text(r, from, &shop.frames.back().key);
    if (e)
        return e;
    if (r.next >= r.count || r.text.ptr[r.at[r.next]] != ':')
        return hard(r, "a colon is expected", r.next < r.count ? r.at[r.next] : r.text.len);
    r.next++;
    return ERR_NONE;
}

enum err open_frame(reader &r, size_t from, bool object)
{
    size_t depth = shop.frames.size() + 1;
    bool list = r.batch && !object && depth == 2 && !r.list_seen && shop.frames[0].object &&
                same(shop.frames[0].key, r.list_key);
    if (depth > hard_depth)
        return hard(r, "nested too deep", from);
    if (depth - r.item_depth > LIMIT_JSON_DEPTH) {
        enum err e = soft(r, ERR_BAD_JSON, "nested deeper than 64");
        if (e)
            return e;
    }
    shop.frames.push_back(frame{ view(nullptr, 0), shop.kept.size(), 0, object });
    if (list) {
        r.list_seen = true;
        r.item_depth = depth;
    }
    return ERR_NONE;
}

/* The grammar, without recursion, so that depth costs no stack. */
class builder
{
    reader &r;

    /* After a value: a comma (and the next key), or the end of what is open. */
    enum err after(json v, bool *done)
    {
        for (;;) {
            if (shop.frames.empty()) {
                root = v;
                *done = true;
                return r.next == r.count ? ERR_NONE : hard(r, "something behind the value", r.at[r.next]);
            }
            keep(r, v);
            if (r.next >= r.count)
                return hard(r, "the text ends too early", r.text.len);
            size_t at = r.at[r.next++];
            char ch = r.text.ptr[at];
            bool object = shop.frames.back().object;
            if (ch == ',')
                return object ? next_key() : ERR_NONE;
            if (ch != (object ? '}' : ']'))
                return hard(r, "a comma or an end is expected", at);
            enum err e = close(at, &v);
            if (e)
                return e;
        }
    }

    enum err next_key()
    {
        if (r.next >= r.count)
            return hard(r, "the text ends too early", r.text.len);
        size_t at = r.at[r.next++];
        return read_key(r, at);
    }

    enum err close(size_t at, json *v)
    {
        *v = shop.opened.back();
        shop.opened.pop_back();
        return close_frame(r, at + 1, v);
    }

    /* An object or array begins at offset from. */
    enum err open(size_t from, bool object, bool *done)
    {
        json v{};
        v.raw = view(r.text.ptr + from, 0);
        enum err e = open_frame(r, from, object);
        if (e)
            return e;
        shop.opened.push_back(v);
        if (r.next < r.count && r.text.ptr[r.at[r.next]] == (object ? '}' : ']')) {
            size_t at = r.at[r.next++];
            if ((e = close(at, &v)))
                return e;
            return after(v, done);
        }
        return object ? next_key() : ERR_NONE;
    }

public:
    json root{};
    explicit builder(reader &to) : r(to)
    {
    }

    enum err build()
    {
        bool done = false;
        while (!done) {
            if (r.next >= r.count)
                return hard(r, "the text ends too early", r.text.len);
            size_t from = r.at[r.next++];
            char ch = r.text.ptr[from];
            enum err e;
            if (ch == '{' || ch == '[') {
                e = open(from, ch == '{', &done);
            } else {
                json v{};
                e = read_scalar(r, from, &v);
                if (!e)
                    e = after(v, &done);
            }
            if (e)
                return e;
        }
        return ERR_NONE;
    }
};

/* The first stage over text, its offsets in the workshop. */
enum err first_stage(reader &r)
{
    size_t need = r.text.len + 64;
    if (!shop.stage || shop.capacity < need) {
        shop.stage.reset();
        shop.capacity = std::max(need, (size_t)8192);
        simdjson::error_code made = simdjson::get_active_implementation()->create_dom_parser_implementation(
            shop.capacity, 8, shop.stage);
        assert(made == simdjson::SUCCESS); /* only memory can be missing */
        (void)made;
    }
    simdjson::error_code got = shop.stage->stage1(reinterpret_cast<const uint8_t *>(r.text.ptr), r.text.len,
                                                  simdjson::stage1_mode::regular);
    if (got == simdjson::UTF8_ERROR)
        return fault_at(r.c, ERR_BAD_UTF8, view("", 0), "the text is not UTF-8");
    if (got != simdjson::SUCCESS)
        return fault_at(r.c, ERR_BAD_JSON, view("", 0), "%s", simdjson::error_message(got));
    r.at = shop.stage->structural_indexes.get();
    r.count = shop.stage->n_structural_indexes;
    return ERR_NONE;
}

enum err read_all(reader &r, json **value) noexcept
{
    shop.kept.clear();
    shop.frames.clear();
    shop.opened.clear();
    if (r.text.len == 0)
        return fault_at(r.c, ERR_BAD_JSON, view("", 0), "an empty text");
    enum err e = first_stage(r);
    if (e)
        return e;
    builder b(r);
    e = b.build();
    if (!e) {
        *value = static_cast<json *>(arena_alloc(r.c->arena, sizeof(json)));
        **value = b.root;
    }
    if (shop.capacity > kept_bytes) { /* one large text must not hold its memory for ever */
        shop.stage.reset();
        shop.capacity = 0;
        std::vector<json_member>().swap(shop.kept);
        std::vector<const json_member *>().swap(shop.sorted);
    }
    return e;
}

} // namespace

extern "C" enum err json_read(ctx *c, str text, json **value)
{
    reader r{};
    r.c = c;
    r.text = text;
    return read_all(r, value);
}

extern "C" enum err json_read_batch(ctx *c, str text, str list_key, json **value, enum err **bad)
{
    reader r{};
    r.c = c;
    r.text = text;
    r.batch = true;
    r.list_key = list_key;
    enum err e = read_all(r, value);
    if (e)
        return e;
    *bad = static_cast<enum err *>(arena_zalloc(c->arena, r.bad.size() + 1, sizeof(enum err)));
    if (!r.bad.empty())
        memcpy(*bad, r.bad.data(), r.bad.size() * sizeof(enum err));
    return ERR_NONE;
}
