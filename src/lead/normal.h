/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* normal.h - e-mails and phones as people write them, into the one form by which they are compared.
 *
 * People type "8 (916) 123-45-67 доб. 12" and " Ivan@Пример.РФ "; two spellings of one address must be one identity, and two
 * addresses must never become one. So only what is certain is folded: the domain's case and its Unicode form (to an A-label), the
 * letter case of the local part (no provider tells mailboxes apart by it), a national prefix, and signs between digits. Dots and
 * plus tags are left alone: where they matter is a provider's secret.
 *
 * What cannot be an address is refused with its reason, so that a form or a file can say why. Characters that cannot be seen (zero
 * width, bidirectional marks) are refused, never removed: they are how one address is made to look like another.
 *
 * Invariant: the key of a key is itself. Pure: no database, no clock, any thread.
 */
#ifndef LEAD_NORMAL_H
#define LEAD_NORMAL_H

#include "base/str.h"

enum lead_normal {
    LEAD_NORMAL_OK,
    LEAD_NORMAL_EMPTY,
    LEAD_NORMAL_SHAPE,   /* not an address at all */
    LEAD_NORMAL_LONG,    /* over the limits of RFC 5321 (64 and 254 bytes), E.164 (15 digits) */
    LEAD_NORMAL_SHORT,   /* too few digits for its country */
    LEAD_NORMAL_HIDDEN,  /* holds a character that cannot be seen */
    LEAD_NORMAL_DOMAIN,  /* the domain is none (no dot, bad label) */
    LEAD_NORMAL_EATEN,   /* a number that a spreadsheet turned into 7.91612E+10 */
    LEAD_NORMAL_REGION,  /* no default region for a national number, or an unknown country code */
    LEAD_NORMALS
};

/* "email_shape"-like slug for a reason; "" for OK. */
const char *lead_normal_slug(enum lead_normal n);

struct lead_email {
    struct str shown;  /* as it is written to: local part as typed, domain in lower case, A-labels */
    struct str key;    /* as it is compared: shown with the local part folded */
    struct str domain; /* the part of key behind '@' */
    bool free;         /* a domain where anybody gets a mailbox */
};

/* Reads one address; a "Name <address>" form and a "mailto:" are stripped to the address. Views live in a. */
enum lead_normal lead_email_parse(struct arena *a, struct str text, struct lead_email *email);
/* The domain (lower case, A-label) is one of the free-mail table, or below one of it. */
bool lead_domain_is_free(struct str domain);

#define LEAD_E164_MAX 17
struct lead_phone {
    char e164[LEAD_E164_MAX]; /* "+79161234567" */
    char country[3];          /* "RU"; "" when the code is not one of the regions served */
    char extension[12];       /* "12"; "" if none */
    bool checked;             /* length and leading digits are those of the country's plan */
};

/* Reads one number. region: two letters of the country whose national numbers need no code ("RU"); "" for none. a is for work. */
enum lead_normal lead_phone_parse(struct arena *a, struct str text, const char *region,
                                  struct lead_phone *phone);
/* Two letters of a region for which national numbers are understood. */
bool lead_region_is_known(struct str region);

#endif
