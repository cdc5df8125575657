/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "intake/bot.h"

/* Pieces of names, in lower case, and what they are. Before the rule "…bot", so that the finer word wins. */
static const struct {
    const char *piece;
    enum intake_bot what;
} names[] = {
    { "headlesschrome", INTAKE_BOT_HEADLESS },
    { "phantomjs", INTAKE_BOT_HEADLESS },
    { "slimerjs", INTAKE_BOT_HEADLESS },
    { "puppeteer", INTAKE_BOT_HEADLESS },
    { "playwright", INTAKE_BOT_HEADLESS },
    { "selenium", INTAKE_BOT_HEADLESS },
    { "webdriver", INTAKE_BOT_HEADLESS },
    { "htmlunit", INTAKE_BOT_HEADLESS },
    { "cypress/", INTAKE_BOT_HEADLESS },
    { "jsdom/", INTAKE_BOT_HEADLESS },
    { "uptime", INTAKE_BOT_MONITOR },
    { "pingdom", INTAKE_BOT_MONITOR },
    { "statuscake", INTAKE_BOT_MONITOR },
    { "site24x7", INTAKE_BOT_MONITOR },
    { "gtmetrix", INTAKE_BOT_MONITOR },
    { "lighthouse", INTAKE_BOT_MONITOR },
    { "pagespeed", INTAKE_BOT_MONITOR },
    { "ptst/", INTAKE_BOT_MONITOR },
    { "datadogsynthetics", INTAKE_BOT_MONITOR },
    { "newrelicpinger", INTAKE_BOT_MONITOR },
    { "zabbix", INTAKE_BOT_MONITOR },
    { "check_http", INTAKE_BOT_MONITOR },
    { "kube-probe", INTAKE_BOT_MONITOR },
    { "googlehc/", INTAKE_BOT_MONITOR },
    { "elb-healthchecker", INTAKE_BOT_MONITOR },
    { "catchpoint", INTAKE_BOT_MONITOR },
    { "dynatrace", INTAKE_BOT_MONITOR },
    { "barracuda", INTAKE_BOT_SCANNER },
    { "mimecast", INTAKE_BOT_SCANNER },
    { "proofpoint", INTAKE_BOT_SCANNER },
    { "safelinks", INTAKE_BOT_SCANNER },
    { "urldefense", INTAKE_BOT_SCANNER },
    { "forcepoint", INTAKE_BOT_SCANNER },
    { "symantec", INTAKE_BOT_SCANNER },
    { "trendmicro", INTAKE_BOT_SCANNER },
    { "kaspersky", INTAKE_BOT_SCANNER },
    { "fireeye", INTAKE_BOT_SCANNER },
    { "cloudmark", INTAKE_BOT_SCANNER },
    { "virustotal", INTAKE_BOT_SCANNER },
    { "urlscan", INTAKE_BOT_SCANNER },
    { "ms-office", INTAKE_BOT_SCANNER },
    { "microsoft office existence discovery", INTAKE_BOT_SCANNER },
    { "scrapy", INTAKE_BOT_TOOL },
    { "httrack", INTAKE_BOT_TOOL },
    { "heritrix", INTAKE_BOT_TOOL },
    { "sqlmap", INTAKE_BOT_TOOL },
    { "nikto", INTAKE_BOT_TOOL },
    { "nmap", INTAKE_BOT_TOOL },
    { "nuclei", INTAKE_BOT_TOOL },
    { "zgrab", INTAKE_BOT_TOOL },
    { "masscan", INTAKE_BOT_TOOL },
    { "wpscan", INTAKE_BOT_TOOL },
    { "colly", INTAKE_BOT_TOOL },
    { "libwww-perl", INTAKE_BOT_TOOL },
    { "crawl", INTAKE_BOT_CRAWLER },
    { "spider", INTAKE_BOT_CRAWLER },
    { "slurp", INTAKE_BOT_CRAWLER },
    { "scraper", INTAKE_BOT_CRAWLER },
    { "facebookexternalhit", INTAKE_BOT_CRAWLER },
    { "facebookcatalog", INTAKE_BOT_CRAWLER },
    { "meta-externalagent", INTAKE_BOT_CRAWLER },
    { "meta-externalfetcher", INTAKE_BOT_CRAWLER },
    { "mediapartners-google", INTAKE_BOT_CRAWLER },
    { "apis-google", INTAKE_BOT_CRAWLER },
    { "feedfetcher", INTAKE_BOT_CRAWLER },
    { "google-inspectiontool", INTAKE_BOT_CRAWLER },
    { "googleother", INTAKE_BOT_CRAWLER },
    { "google-read-aloud", INTAKE_BOT_CRAWLER },
    { "google-site-verification", INTAKE_BOT_CRAWLER },
    { "google web preview", INTAKE_BOT_CRAWLER },
    { "google favicon", INTAKE_BOT_CRAWLER },
    { "bingpreview", INTAKE_BOT_CRAWLER },
    { "skypeuripreview", INTAKE_BOT_CRAWLER },
    { "whatsapp/", INTAKE_BOT_CRAWLER },
    { "vkshare", INTAKE_BOT_CRAWLER },
    { "yadirectfetcher", INTAKE_BOT_CRAWLER },
    { "yandeximages", INTAKE_BOT_CRAWLER },
    { "yandexmetrika", INTAKE_BOT_CRAWLER },
    { "yandexfavicons", INTAKE_BOT_CRAWLER },
    { "yandexvideo", INTAKE_BOT_CRAWLER },
    { "yandexdirect", INTAKE_BOT_CRAWLER },
    { "mail.ru_bot", INTAKE_BOT_CRAWLER },
    { "ia_archiver", INTAKE_BOT_CRAWLER },
    { "archive.org", INTAKE_BOT_CRAWLER },
    { "chatgpt-user", INTAKE_BOT_CRAWLER },
    { "claude-user", INTAKE_BOT_CRAWLER },
    { "anthropic-ai", INTAKE_BOT_CRAWLER },
    { "perplexity-user", INTAKE_BOT_CRAWLER },
    { "cohere-ai", INTAKE_BOT_CRAWLER },
    { "embedly", INTAKE_BOT_CRAWLER },
    { "iframely", INTAKE_BOT_CRAWLER },
    { "pinterest/0.", INTAKE_BOT_CRAWLER },
    { "screaming frog", INTAKE_BOT_CRAWLER },
    { "sitebulb", INTAKE_BOT_CRAWLER },
    { "netcraft", INTAKE_BOT_CRAWLER },
    { "w3c_validator", INTAKE_BOT_CRAWLER },
    { "expanse, a palo alto", INTAKE_BOT_SCANNER },
    { "censysinspect", INTAKE_BOT_SCANNER },
};

static const char *const slugs[INTAKE_BOTS] = {
    [INTAKE_BOT_NO] = "",
    [INTAKE_BOT_CRAWLER] = "crawler",
    [INTAKE_BOT_MONITOR] = "monitor",
    [INTAKE_BOT_HEADLESS] = "headless",
    [INTAKE_BOT_TOOL] = "tool",
    [INTAKE_BOT_SCANNER] = "scanner",
    [INTAKE_BOT_NO_AGENT] = "no_agent",
    [INTAKE_BOT_PREFETCH] = "prefetch",
    [INTAKE_BOT_PROXY] = "proxy",
    [INTAKE_BOT_TOO_SOON] = "too_soon",
    [INTAKE_BOT_ALL_LINKS] = "all_links",
    [INTAKE_BOT_TRAP] = "trap",
    [INTAKE_BOT_TOO_FAST] = "too_fast",
    [INTAKE_BOT_DISPOSABLE] = "disposable",
    [INTAKE_BOT_GIBBERISH] = "gibberish",
    [INTAKE_BOT_PACE] = "pace",
};

const char *intake_bot_slug(enum intake_bot b)
{
    return slugs[b];
}

enum intake_bot intake_bot_find(struct str slug)
{
    for (int b = 1; b < INTAKE_BOTS; b++)
        if (str_eq(slug, str_of(slugs[b])))
            return (enum intake_bot)b;
    return INTAKE_BOT_NO;
}

static bool is_letter(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

/* "…bot" at the end of a word: Googlebot/2.1, "Mail.RU_Bot", "AdsBot-Google"; but not CUBOT, which is a telephone. */
static bool has_bot_word(struct str lower)
{
    for (size_t at = 0; at + 3 <= lower.len; at++) {
        if (memcmp(lower.ptr + at, "bot", 3) != 0)
            continue;
        bool ends = at + 3 == lower.len || !is_letter(lower.ptr[at + 3]);
        bool phone = at >= 2 && memcmp(lower.ptr + at - 2, "cu", 2) == 0;
        if (ends && !phone)
            return true;
    }
    return false;
}

/* Which pairs of neighbouring characters a text has: a piece of which the first pair is missing need not be looked for. An agent has some ninety
 * of them, the table a hundred pieces, and this is asked for each single event. */
enum { PAIRS = 2048 };

static size_t pair_at(const char *p)
{
    return ((size_t)(unsigned char)p[0] * 67 + (unsigned char)p[1]) % PAIRS;
}

static void pairs_of(struct str text, uint64_t pairs[PAIRS / 64])
{
    memset(pairs, 0, PAIRS / 8);
    for (size_t i = 0; i + 1 < text.len; i++)
        pairs[pair_at(text.ptr + i) / 64] |= (uint64_t)1 << pair_at(text.ptr + i) % 64;
}

static bool may_have(const uint64_t pairs[PAIRS / 64], const char *piece)
{
    return pairs[pair_at(piece) / 64] >> pair_at(piece) % 64 & 1;
}

static enum intake_bot by_name(struct str agent)
{
    uint64_t pairs[PAIRS / 64];
    char text[512];
    size_t len = agent.len < sizeof text ? agent.len : sizeof text;

    for (size_t i = 0; i < len; i++)
        text[i] = (char)(agent.ptr[i] >= 'A' && agent.ptr[i] <= 'Z' ? agent.ptr[i] | 32
                                                                    : agent.ptr[i]);
    struct str lower = { text, len };
    pairs_of(lower, pairs);
    for (size_t i = 0; i < countof(names); i++)
        if (may_have(pairs, names[i].piece) && str_find(lower, str_of(names[i].piece)) >= 0)
            return names[i].what;
    return has_bot_word(lower) ? INTAKE_BOT_CRAWLER : INTAKE_BOT_NO;
}

enum intake_bot intake_bot_of(const struct intake_agent *agent)
{
    struct str context = str_trim(agent->context), header = str_trim(agent->header);

    if (str_find(agent->purpose, STR("prefetch")) >= 0 || str_find(agent->purpose, STR("preview")) >= 0)
        return INTAKE_BOT_PREFETCH;
    if (agent->letter && str_eq(header, STR("Mozilla/5.0")))
        return INTAKE_BOT_SCANNER;
    if (context.len)
        return by_name(context);
    if (header.len)
        return by_name(header);
    /* Nobody names itself. A header that is there and empty is nobody's default; none at all is what many a program
     * on a server sends, but never a browser. */
    if (!str_is_null(agent->header) || (agent->browser_key && !agent->library.len))
        return INTAKE_BOT_NO_AGENT;
    return INTAKE_BOT_NO;
}
