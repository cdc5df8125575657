/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lead/normal.h"

#include <stdio.h>
#include <unicode/uchar.h>
#include <unicode/uidna.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/utf8.h"

enum { LOCAL_MAX = 64, ADDRESS_MAX = 254, E164_DIGITS = 15 };

/* Domains where anybody gets a mailbox, throw-away ones among them: an address there says nothing of a company. */
static const char *const free_domains[] = {
    "gmail.com", "googlemail.com", "mail.ru", "bk.ru", "list.ru", "inbox.ru", "internet.ru",
    "xmail.ru", "yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua",
    "yandex.uz", "narod.ru", "rambler.ru", "lenta.ru", "autorambler.ru", "myrambler.ru", "ro.ru",
    "rambler.ua", "pochta.ru", "qip.ru", "nm.ru", "hotbox.ru", "fromru.com", "front.ru", "land.ru",
    "mail15.com", "mail333.com", "newmail.ru", "nxt.ru", "smtp.ru", "vk.com", "sibmail.com",
    "ngs.ru", "e1.ru", "mail.kz", "inbox.kz", "mail.by", "tut.by", "mail.ua", "ukr.net", "i.ua",
    "meta.ua", "bigmir.net", "email.ua", "online.ua", "mail.uz", "umail.uz", "inbox.lv", "mail.ee",
    "outlook.com", "outlook.de", "outlook.fr", "hotmail.com", "hotmail.co.uk", "hotmail.de",
    "hotmail.fr", "hotmail.it", "live.com", "live.ru", "live.co.uk", "live.fr", "msn.com",
    "yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.it", "yahoo.es", "yahoo.co.in",
    "yahoo.co.jp", "yahoo.com.br", "ymail.com", "rocketmail.com", "icloud.com", "me.com",
    "mac.com", "aol.com", "aim.com", "proton.me", "protonmail.com", "pm.me", "tutanota.com",
    "tuta.io", "tuta.com", "fastmail.com", "hushmail.com", "zohomail.com", "mail.com", "email.com",
    "usa.com", "gmx.com", "gmx.net", "gmx.de", "gmx.at", "gmx.ch", "web.de", "t-online.de",
    "freenet.de", "arcor.de", "posteo.de", "mailbox.org", "orange.fr", "wanadoo.fr", "free.fr",
    "laposte.net", "sfr.fr", "libero.it", "virgilio.it", "tiscali.it", "alice.it", "seznam.cz",
    "centrum.cz", "email.cz", "wp.pl", "o2.pl", "onet.pl", "interia.pl", "abv.bg", "mail.bg",
    "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "btinternet.com", "sky.com",
    "rediffmail.com", "qq.com", "163.com", "126.com", "sina.com", "foxmail.com", "naver.com",
    "daum.net", "hanmail.net", "duck.com", "mailinator.com", "yopmail.com", "guerrillamail.com",
    "10minutemail.com", "tempmail.com", "temp-mail.org", "trashmail.com", "sharklasers.com",
};

/* One numbering plan a row. first: digits with which a national number may begin ("" any); idd: what is dialled for abroad
 * besides "00". Longer codes stand before those that they begin with. */
struct plan {
    const char *region, *code, *trunk, *idd, *first;
    int min, max;
};
static const struct plan plans[] = {
    { "KZ", "7", "8", "810", "67", 10, 10 },   { "RU", "7", "8", "810", "3489", 10, 10 },
    { "BY", "375", "8", "810", "12345678", 9, 9 }, { "UA", "380", "0", "00", "3456789", 9, 9 },
    { "UZ", "998", "8", "810", "", 9, 9 },     { "KG", "996", "0", "00", "", 9, 9 },
    { "TJ", "992", "8", "810", "", 9, 9 },     { "TM", "993", "8", "810", "", 8, 8 },
    { "AM", "374", "0", "00", "", 8, 8 },      { "GE", "995", "0", "00", "", 9, 9 },
    { "AZ", "994", "0", "00", "", 9, 9 },      { "MD", "373", "0", "00", "", 8, 8 },
    { "LT", "370", "8", "00", "", 8, 8 },      { "LV", "371", "", "00", "", 8, 8 },
    { "EE", "372", "", "00", "", 7, 8 },       { "FI", "358", "0", "00", "", 5, 12 },
    { "US", "1", "1", "011", "23456789", 10, 10 }, { "CA", "1", "1", "011", "23456789", 10, 10 },
    { "GB", "44", "0", "00", "1235789", 9, 10 },   { "DE", "49", "0", "00", "", 5, 13 },
    { "FR", "33", "0", "00", "123456789", 9, 9 },  { "IT", "39", "", "00", "", 6, 11 },
    { "ES", "34", "", "00", "56789", 9, 9 },   { "PT", "351", "", "00", "", 9, 9 },
    { "PL", "48", "", "00", "", 9, 9 },        { "CZ", "420", "", "00", "", 9, 9 },
    { "SK", "421", "0", "00", "", 9, 9 },      { "AT", "43", "0", "00", "", 4, 13 },
    { "CH", "41", "0", "00", "", 9, 9 },       { "NL", "31", "0", "00", "", 9, 9 },
    { "BE", "32", "0", "00", "", 8, 9 },       { "LU", "352", "", "00", "", 4, 11 },
    { "IE", "353", "0", "00", "", 7, 9 },      { "SE", "46", "0", "00", "", 7, 10 },
    { "NO", "47", "", "00", "", 8, 8 },        { "DK", "45", "", "00", "", 8, 8 },
    { "HU", "36", "06", "00", "", 8, 9 },      { "RO", "40", "0", "00", "", 9, 9 },
    { "BG", "359", "0", "00", "", 6, 9 },      { "RS", "381", "0", "00", "", 6, 12 },
    { "HR", "385", "0", "00", "", 6, 9 },      { "SI", "386", "0", "00", "", 8, 8 },
    { "GR", "30", "", "00", "", 10, 10 },      { "CY", "357", "", "00", "", 8, 8 },
    { "TR", "90", "0", "00", "", 10, 10 },     { "IL", "972", "0", "00", "", 8, 9 },
    { "AE", "971", "0", "00", "", 8, 9 },      { "SA", "966", "0", "00", "", 8, 9 },
    { "IN", "91", "0", "00", "", 10, 10 },     { "CN", "86", "0", "00", "", 9, 11 },
    { "JP", "81", "0", "010", "", 9, 10 },     { "KR", "82", "0", "00", "", 8, 11 },
    { "AU", "61", "0", "0011", "", 9, 9 },     { "BR", "55", "0", "00", "", 10, 11 },
    { "MX", "52", "", "00", "", 10, 10 },      { "MN", "976", "0", "00", "", 8, 8 },
    { "VN", "84", "0", "00", "", 9, 10 },      { "TH", "66", "0", "00", "", 8, 9 },
};

static const char *const slugs[LEAD_NORMALS] = {
    [LEAD_NORMAL_OK] = "",
    [LEAD_NORMAL_EMPTY] = "empty",
    [LEAD_NORMAL_SHAPE] = "bad_shape",
    [LEAD_NORMAL_LONG] = "too_long",
    [LEAD_NORMAL_SHORT] = "too_short",
    [LEAD_NORMAL_HIDDEN] = "hidden_characters",
    [LEAD_NORMAL_DOMAIN] = "bad_domain",
    [LEAD_NORMAL_EATEN] = "eaten_by_spreadsheet",
    [LEAD_NORMAL_REGION] = "unknown_country",
};

const char *lead_normal_slug(enum lead_normal n)
{
    return slugs[n];
}

/* Zero width, bidirectional, variation selectors, tags, soft hyphen, control: nothing that a person sees. */
static bool cp_is_hidden(uint32_t cp)
{
    int8_t type = u_charType((UChar32)cp);

    return type == U_FORMAT_CHAR || type == U_CONTROL_CHAR || type == U_LINE_SEPARATOR ||
           type == U_PARAGRAPH_SEPARATOR || type == U_UNASSIGNED || type == U_PRIVATE_USE_CHAR ||
           u_hasBinaryProperty((UChar32)cp, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || cp == 0xFFFD;
}

/* White space of any kind off both ends: cells are full of no-break spaces. */
static struct str trim_unicode(struct str s)
{
    size_t at = 0, last = 0, begin = 0;
    bool begun = false;

    while (at < s.len) {
        size_t was = at;
        uint32_t cp = utf8_next(s, &at);
        if (u_isUWhiteSpace((UChar32)cp))
            continue;
        if (!begun)
            begin = was;
        begun = true;
        last = at;
    }
    return begun ? str_sub(s, begin, last - begin) : str_sub(s, 0, 0);
}

/* ---- e-mail ---- */

/* Is it a person's name before an address in angle brackets: one line, and no bracket that ends another address? */
static bool is_name_before(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 32 || s.ptr[i] == 127 || s.ptr[i] == '>')
            return false;
    return true;
}

/* "Ivan <a@b.c>;", "mailto:a@b.c" and a full stop behind: the address inside. */
static struct str email_core(struct str s)
{
    s = trim_unicode(s);
    while (s.len && strchr(",;.", s.ptr[s.len - 1]))
        s.len--;
    ptrdiff_t open = str_find_char(s, '<');
    if (open >= 0 && s.ptr[s.len - 1] == '>' && is_name_before(str_sub(s, 0, (size_t)open)))
        s = str_sub(s, (size_t)open + 1, s.len - (size_t)open - 2);
    if (s.len > 7 && str_eq_nocase(str_sub(s, 0, 7), STR("mailto:")))
        s = str_sub(s, 7, s.len);
    return trim_unicode(s);
}

static bool local_is_good(struct str local)
{
    size_t at = 0;

    if (local.ptr[0] == '.' || local.ptr[local.len - 1] == '.' || str_find(local, STR("..")) >= 0)
        return false;
    while (at < local.len) {
        uint32_t cp = utf8_next(local, &at);
        bool plain = (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || (cp >= '0' && cp <= '9');
        if (!plain && cp < 128 && !strchr(".!#$%&'*+-/=?^_`{|}~", (int)cp))
            return false;
        if (cp >= 128 && !u_isalnum((UChar32)cp) && u_charType((UChar32)cp) != U_NON_SPACING_MARK)
            return false;
    }
    return true;
}

/* Lower case, Unicode's composed form. The result of the result is itself. */
static struct str local_fold(struct arena *a, struct str local)
{
    UChar wide[LOCAL_MAX + 1], lower[4 * LOCAL_MAX + 1], composed[4 * LOCAL_MAX + 1];
    char text[12 * LOCAL_MAX + 1];
    UErrorCode e = U_ZERO_ERROR;
    int32_t n, len = 0;
    bool ascii = true;

    for (size_t i = 0; i < local.len; i++)
        ascii = ascii && (unsigned char)local.ptr[i] < 128;
    if (ascii)
        return str_lower(a, local);
    u_strFromUTF8(wide, LOCAL_MAX, &n, local.ptr, (int32_t)local.len, &e);
    n = u_strToLower(lower, 4 * LOCAL_MAX, wide, n, "", &e);
    n = unorm2_normalize(unorm2_getNFCInstance(&e), lower, n, composed, 4 * LOCAL_MAX, &e);
    u_strToUTF8(text, (int32_t)sizeof text - 1, &len, composed, n, &e);
    return U_FAILURE(e) ? STR_NULL : str_dup(a, (struct str){ text, (size_t)len });
}

static bool label_is_good(struct str label)
{
    if (label.len < 1 || label.len > 63 || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
        return false;
    for (size_t i = 0; i < label.len; i++) {
        char ch = label.ptr[i];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-'))
            return false;
    }
    return true;
}

static bool domain_is_good(struct str domain)
{
    struct str rest = domain, label = STR_NULL;
    int64_t number;
    int labels = 0;

    while (str_next(&rest, '.', &label)) {
        if (!label_is_good(label))
            return false;
        labels++;
    }
    return labels >= 2 && label.len >= 2 && !str_to_int(label, &number);
}

/* A domain in lower case and A-labels, or STR_NULL. */
static struct str domain_ascii(struct arena *a, struct str domain)
{
    UErrorCode e = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    char out[ADDRESS_MAX + 2];
    bool ascii = true;

    for (size_t i = 0; i < domain.len; i++)
        ascii = ascii && (unsigned char)domain.ptr[i] < 128;
    if (ascii)
        return str_lower(a, domain);
    /* A handle is opened for each such domain: they are rare, and a kept one would be a global. */
    UIDNA *idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI |
                                      UIDNA_CHECK_CONTEXTJ | UIDNA_USE_STD3_RULES, &e);
    if (U_FAILURE(e))
        return STR_NULL;
    int32_t len = uidna_nameToASCII_UTF8(idna, domain.ptr, (int32_t)domain.len, out,
                                         (int32_t)sizeof out, &info, &e);
    uidna_close(idna);
    if (U_FAILURE(e) || info.errors || len <= 0 || len > ADDRESS_MAX)
        return STR_NULL;
    return str_dup(a, (struct str){ out, (size_t)len });
}

bool lead_domain_is_free(struct str domain)
{
    for (size_t i = 0; i < countof(free_domains); i++) {
        struct str d = str_of(free_domains[i]);
        if (str_eq(domain, d))
            return true;
        if (domain.len > d.len && str_ends(domain, d) && domain.ptr[domain.len - d.len - 1] == '.')
            return true;
    }
    return false;
}

enum lead_normal lead_email_parse(struct arena *a, struct str text, struct lead_email *email)
{
    struct str s = email_core(text);
    size_t at = 0;

    if (s.len == 0)
        return LEAD_NORMAL_EMPTY;
    if (s.len > 4 * ADDRESS_MAX)
        return LEAD_NORMAL_LONG;
    while (at < s.len)
        if (cp_is_hidden(utf8_next(s, &at)))
            return LEAD_NORMAL_HIDDEN;
    ptrdiff_t sign = str_find_char(s, '@');
    if (sign < 1 || (size_t)sign + 1 >= s.len)
        return LEAD_NORMAL_SHAPE;
    struct str local = str_sub(s, 0, (size_t)sign), domain = str_sub(s, (size_t)sign + 1, s.len);
    if (local.len > LOCAL_MAX)
        return LEAD_NORMAL_LONG;
    if (str_find_char(domain, '@') >= 0 || !local_is_good(local))
        return LEAD_NORMAL_SHAPE;
    domain = domain_ascii(a, domain);
    if (str_is_null(domain) || !domain_is_good(domain))
        return LEAD_NORMAL_DOMAIN;
    if (local.len + 1 + domain.len > ADDRESS_MAX)
        return LEAD_NORMAL_LONG;
    struct str fold = local_fold(a, local);
    if (str_is_null(fold))
        return LEAD_NORMAL_SHAPE;
    email->shown = str_print(a, STR_FMT "@" STR_FMT, STR_ARG(local), STR_ARG(domain));
    email->key = str_print(a, STR_FMT "@" STR_FMT, STR_ARG(fold), STR_ARG(domain));
    email->domain = str_sub(email->key, fold.len + 1, email->key.len);
    email->free = lead_domain_is_free(email->domain);
    return LEAD_NORMAL_OK;
}

/* ---- phone ---- */

struct digits {
    char d[40];
    int len;
    bool plus;
    char extension[12];
};

static bool word_is_extension(struct str w)
{
    static const char *const words[] = { "доб", "добавочный", "вн", "внутр", "внутренний", "ext",
                                         "extension", "x", "х", "#", "доб.номер" };
    for (size_t i = 0; i < countof(words); i++)
        if (str_eq(w, str_of(words[i])))
            return true;
    return false;
}

/* "7.91612E+10", "7,91612e10": digits are lost for good. */
static bool is_eaten(struct str s)
{
    size_t i = 0, digits = 0;

    while (i < s.len && ((s.ptr[i] >= '0' && s.ptr[i] <= '9') || strchr(".,", s.ptr[i]))) {
        digits += s.ptr[i] >= '0' && s.ptr[i] <= '9';
        i++;
    }
    if (digits == 0 || i + 1 >= s.len || (s.ptr[i] != 'e' && s.ptr[i] != 'E'))
        return false;
    i++;
    if (s.ptr[i] == '+')
        i++;
    size_t power = i;
    while (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9')
        i++;
    return i == s.len && i > power && i - power <= 3;
}

/* Reads the digits of an extension; false if anything else stands there. */
static bool read_extension(struct str s, size_t at, struct digits *out)
{
    size_t n = 0;

    while (at < s.len) {
        uint32_t cp = utf8_next(s, &at);
        int32_t digit = u_charDigitValue((UChar32)cp);
        if (digit >= 0) {
            if (n + 1 >= sizeof out->extension)
                return false;
            out->extension[n++] = (char)('0' + digit);
        } else if (cp != '.' && cp != ':' && cp != ' ' && cp != '=' && cp != ')' && cp != 0xA0) {
            return false;
        }
    }
    out->extension[n] = 0;
    return n > 0;
}

/* The letters that begin at *at, folded; *at moves behind them. */
static struct str take_word(struct arena *a, struct str s, size_t *at)
{
    size_t begin = *at, next = *at;

    while (next < s.len) {
        uint32_t cp = utf8_next(s, &next);
        if (!u_isalpha((UChar32)cp) && cp != '#')
            break;
        *at = next;
    }
    return utf8_fold(a, str_sub(s, begin, *at - begin));
}

static bool cp_is_filler(uint32_t cp)
{
    return u_isUWhiteSpace((UChar32)cp) || cp_is_hidden(cp) || (cp < 128 && strchr("-().~*'\"_=:", (int)cp)) ||
           (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212 || cp == 0x00AD;
}

/* The digits of the first number in s. A word before them ("тел.") is passed over; one behind them is an extension or the end
 * of what can be understood. */
static enum lead_normal read_digits(struct arena *a, struct str s, struct digits *out)
{
    size_t at = 0;

    while (at < s.len) {
        size_t was = at;
        uint32_t cp = utf8_next(s, &at);
        int32_t digit = u_charDigitValue((UChar32)cp);
        if (digit >= 0) {
            if (out->len >= 30)
                return LEAD_NORMAL_LONG;
            out->d[out->len++] = (char)('0' + digit);
        } else if (cp == '+' || cp == 0xFF0B) {
            if (out->len)
                return LEAD_NORMAL_SHAPE;
            out->plus = true;
        } else if ((cp == ',' || cp == ';' || cp == '/' || cp == '|') && out->len >= 7) {
            size_t next = at;
            if (cp != ';' || !str_eq(take_word(a, s, &next), STR("ext")))
                break; /* a second number follows: the first one is meant */
        } else if (u_isalpha((UChar32)cp) || cp == '#') {
            at = was;
            struct str word = take_word(a, s, &at);
            if (out->len == 0)
                continue;
            if (str_eq(word, STR("или")) || str_eq(word, STR("or")))
                break;
            return word_is_extension(word) && read_extension(s, at, out) ? LEAD_NORMAL_OK
                                                                         : LEAD_NORMAL_SHAPE;
        } else if (!cp_is_filler(cp) && cp != ',' && cp != ';') {
            return LEAD_NORMAL_SHAPE;
        }
    }
    return out->len ? LEAD_NORMAL_OK : LEAD_NORMAL_SHAPE;
}

static const struct plan *plan_of_region(const char *region)
{
    for (size_t i = 0; i < countof(plans); i++)
        if (region && strcmp(plans[i].region, region) == 0)
            return &plans[i];
    return NULL;
}

bool lead_region_is_known(struct str region)
{
    char letters[3] = { 0 };

    if (region.len != 2)
        return false;
    memcpy(letters, region.ptr, 2);
    return plan_of_region(letters) != NULL;
}

static bool national_fits(const struct plan *p, const char *d, int len)
{
    if (len < p->min || len > p->max || (p->first[0] && !strchr(p->first, d[0])))
        return false;
    if (p->trunk[0] == '0' && d[0] == '0')
        return false;
    /* In North America the exchange, too, never begins with 0 or 1. */
    return strcmp(p->code, "1") != 0 || (d[3] >= '2' && d[3] <= '9');
}

static bool begins(const char *d, int len, const char *with)
{
    int n = (int)strlen(with);
    return n > 0 && len > n && strncmp(d, with, (size_t)n) == 0;
}

static void phone_fill(struct lead_phone *phone, const char *code, const char *national, int len,
                       const char *region)
{
    phone->e164[0] = '+';
    size_t at = 1 + strlen(code);
    memcpy(phone->e164 + 1, code, at - 1);
    memcpy(phone->e164 + at, national, (size_t)len);
    phone->e164[at + (size_t)len] = 0;
    snprintf(phone->country, sizeof phone->country, "%s", region);
    phone->checked = region[0] != 0;
}

/* A number with its country code, "79161234567". */
static enum lead_normal international(const char *d, int len, struct lead_phone *phone)
{
    bool known = false, small = false;

    if (len > E164_DIGITS)
        return LEAD_NORMAL_LONG;
    for (size_t i = 0; i < countof(plans); i++) {
        const struct plan *p = &plans[i];
        int code = (int)strlen(p->code);
        if (!begins(d, len, p->code))
            continue;
        known = true;
        const char *rest = d + code;
        int left = len - code;
        /* "+44 (0)20 ...", "+7 8 916 ...": a national prefix that should not be there. No number begins with a
         * nought where a nought is that prefix. */
        if ((left > p->max || p->trunk[0] == '0') && begins(rest, left, p->trunk)) {
            rest += strlen(p->trunk);
            left -= (int)strlen(p->trunk);
        }
        if (national_fits(p, rest, left)) {
            phone_fill(phone, p->code, rest, left, p->region);
            return LEAD_NORMAL_OK;
        }
        small = small || left < p->min;
    }
    if (known)
        return small ? LEAD_NORMAL_SHORT : LEAD_NORMAL_SHAPE;
    if (len < 8)
        return LEAD_NORMAL_SHORT;
    if (d[0] == '0' || d[0] == '1' || d[0] == '7')
        return LEAD_NORMAL_SHAPE;
    phone_fill(phone, "", d, len, "");
    return LEAD_NORMAL_OK;
}

/* A number as it is dialled at home. */
static enum lead_normal national(const struct plan *p, const char *d, int len,
                                 struct lead_phone *phone)
{
    int trunk = (int)strlen(p->trunk);

    if (national_fits(p, d, len) && !(trunk && len > p->min && begins(d, len, p->trunk))) {
        phone_fill(phone, p->code, d, len, p->region);
        return LEAD_NORMAL_OK;
    }
    /* "8 0 29 ..." in Belarus: the trunk prefix and a nought of old. */
    if (begins(d, len, p->trunk)) {
        int skip = trunk + (strcmp(p->region, "BY") == 0 && d[trunk] == '0');
        if (len - skip > E164_DIGITS - (int)strlen(p->code))
            return LEAD_NORMAL_LONG;
        char full[48];
        snprintf(full, sizeof full, "%s%.*s", p->code, len - skip, d + skip);
        if (international(full, (int)strlen(full), phone) == LEAD_NORMAL_OK)
            return LEAD_NORMAL_OK;
    }
    if (begins(d, len, p->code) && len - (int)strlen(p->code) >= p->min)
        return international(d, len, phone);
    /* Two countries may share a code: the other one's plan decides. */
    char full[48];
    snprintf(full, sizeof full, "%s%.*s", p->code, len, d);
    if (len <= p->max && international(full, (int)strlen(full), phone) == LEAD_NORMAL_OK)
        return LEAD_NORMAL_OK;
    return len < p->min ? LEAD_NORMAL_SHORT : len > E164_DIGITS ? LEAD_NORMAL_LONG : LEAD_NORMAL_SHAPE;
}

enum lead_normal lead_phone_parse(struct arena *a, struct str text, const char *region,
                                  struct lead_phone *phone)
{
    struct str s = trim_unicode(text);
    struct digits digits = { .len = 0 };
    const struct plan *p = plan_of_region(region);
    struct lead_phone found = { .checked = false };
    enum lead_normal e;

    if (s.len == 0)
        return LEAD_NORMAL_EMPTY;
    if (s.len > 200)
        return LEAD_NORMAL_LONG;
    if (is_eaten(s))
        return LEAD_NORMAL_EATEN;
    /* "79161234567.0": a number column that met a program which knows fractions only. */
    if (s.len > 10 && str_ends(s, STR(".0")))
        s.len -= 2;
    e = read_digits(a, s, &digits);
    if (e != LEAD_NORMAL_OK)
        return e;
    if (digits.plus)
        e = international(digits.d, digits.len, &found);
    else if (p && begins(digits.d, digits.len, p->idd) && digits.len >= 11 + (int)strlen(p->idd) - 1)
        e = international(digits.d + strlen(p->idd), digits.len - (int)strlen(p->idd), &found);
    else if (begins(digits.d, digits.len, "00") && digits.len >= 10)
        e = international(digits.d + 2, digits.len - 2, &found);
    else
        e = p ? national(p, digits.d, digits.len, &found) : LEAD_NORMAL_REGION;
    if (e != LEAD_NORMAL_OK)
        return e;
    memcpy(found.extension, digits.extension, sizeof found.extension);
    *phone = found;
    return LEAD_NORMAL_OK;
}
