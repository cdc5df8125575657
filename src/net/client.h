/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* client.h - calls out of the house: HTTP and SMTP, many at once on one thread, over libcurl.
 *
 * One thread owns the client: it begins calls and waits; client_wake may be called by any. A call has limits of every kind: for its connection,
 * for the whole of it, and for what is kept of the answer; the rest of an answer ends the call. Redirects are never followed, no
 * cookies are kept, no proxy of the environment is used, and only the scheme that was asked for is spoken.
 *
 * Where a call may go. `guarded` calls go to addresses that people typed in: each address that the name resolves to is looked at in the moment
 * of the connection (so a name that changes in between gains nothing), and only what is far (address.h) or in a network that the operator
 * allowed is connected to; one address that is not refuses the call (CLIENT_FORBIDDEN). A far address may be the server's own: those of its
 * interfaces and those that its public name stands for, as they are in that moment, are refused like the near ones; so is the name itself. What
 * the operator set himself is not guarded.
 */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include "base/ctx.h"

struct client;

struct client_conf {
    struct str networks;   /* "10.0.0.0/8, 192.168.1.7/32": near, here and own addresses that guarded calls may go to; empty: none */
    struct str public_url; /* where the world reaches this server; empty: not known */
    struct str tls_trust;  /* file of authorities in PEM, instead of the system's; empty: those */
};
/* conf is copied. ERR_BAD_FIELD: not understood, or no such file. */
NODISCARD enum err client_open(struct ctx *c, const struct client_conf *conf, struct client **client);
void client_close(struct client *client);
/* Ends the wait that runs, or the next one. */
void client_wake(struct client *client);

enum client_end {
    CLIENT_ANSWERED,  /* status says how */
    CLIENT_FORBIDDEN, /* an address that must not be called */
    CLIENT_TIMEOUT,
    CLIENT_AWAY,      /* no connection, no name, or lost on the way */
    CLIENT_INSECURE,  /* TLS: the certificate does not hold, or the server has none */
    CLIENT_FULL       /* more answer than is read */
};

struct client_reply {
    enum client_end end;
    int64_t status;          /* HTTP's or the last of SMTP's; 0: none */
    struct str body;         /* what was kept of it */
    int64_t retry_after_us;  /* 0: not said */
    struct str note;         /* why, in English, without the address; of SMTP's answers the last line */
    int64_t took_us;
    bool handed_over;        /* SMTP: the text had been sent to its end before the call failed */
};

struct client_header {
    const char *name;
    struct str value;
};

struct client_call {
    struct str url;                       /* http, https, smtp, smtps */
    bool guarded;
    const struct client_header *headers;  /* HTTP */
    size_t header_count;
    struct str body;                      /* HTTP: posted; SMTP: the whole message, CRLF */
    int64_t connect_us, whole_us;
    size_t keep_bytes;                    /* of the answer */
    /* SMTP */
    struct str from, to, user, password;
    bool need_tls;                        /* smtp: STARTTLS or nothing; else in the clear */
};

/* Begins a call; all texts are copied. `of` comes back with the reply. ERR_BAD_FIELD: a URL that cannot be called. */
NODISCARD enum err client_begin(struct ctx *c, struct client *client, const struct client_call *call, void *of);
/* Gives up the call that was begun with this `of`, without a reply. */
void client_cancel(struct client *client, const void *of);
/* Calls that are under way. */
size_t client_count(const struct client *client);
/* Waits until something ends, somebody wakes it or timeout_us pass; ended is called for each that did, its reply lives for that call. */
void client_wait(struct client *client, int64_t timeout_us, void (*ended)(void *self, void *of, const struct client_reply *reply), void *self);

/* A URL that people typed in, as far as it can be judged without a name server: scheme https (http when plain), no user in it, a port that is
 * not another protocol's, an address that is allowed where it is one. Pure but for the networks. ERR_BAD_FIELD with a note. */
NODISCARD enum err client_url_check(struct ctx *c, const struct client *client, struct str url, bool plain);

#endif
