/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The certificate and its key: read once, at the start, and refused with a word on what is wrong with them; the library only says no. */
#include "net/http_inner.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PEM_BYTES = 1024 * 1024 };

static enum err pem_read(struct ctx *c, struct arena *a, struct str path, bool secret, struct str *text)
{
    char *bytes = arena_alloc(a, PEM_BYTES + 1);
    int fd = open(str_cz(c->arena, path), O_RDONLY | O_CLOEXEC);
    struct stat st;
    ssize_t n;

    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            close(fd);
        return fault_set(c, ERR_AWAY, STR_FMT ": %s", STR_ARG(path), strerror(errno));
    }
    n = read(fd, bytes, PEM_BYTES);
    close(fd);
    if (secret && (st.st_mode & S_IROTH))
        return fault_set(c, ERR_BAD_FIELD, STR_FMT ": a key that everybody may read: chmod o-r it", STR_ARG(path));
    if (n <= 0)
        return fault_set(c, ERR_AWAY, STR_FMT ": it is empty, or no file", STR_ARG(path));
    bytes[n] = 0;
    *text = (struct str){ bytes, (size_t)n };
    return ERR_NONE;
}

enum err http_tls_read(struct ctx *c, struct arena *a, const struct http_conf *conf, struct http_tls *tls)
{
    gnutls_certificate_credentials_t pair;
    gnutls_datum_t cert, key;
    enum err e;
    int code;

    if (!conf->tls_cert.len && !conf->tls_key.len)
        return ERR_NONE;
    if (!conf->tls_cert.len || !conf->tls_key.len)
        return fault_set(c, ERR_BAD_FIELD, "tls_cert and tls_key go together");
    if ((e = pem_read(c, a, conf->tls_cert, false, &tls->cert)) || (e = pem_read(c, a, conf->tls_key, true, &tls->key)))
        return e;
    cert = (gnutls_datum_t){ (unsigned char *)(uintptr_t)tls->cert.ptr, (unsigned)tls->cert.len };
    key = (gnutls_datum_t){ (unsigned char *)(uintptr_t)tls->key.ptr, (unsigned)tls->key.len };
    code = gnutls_certificate_allocate_credentials(&pair);
    if (code == GNUTLS_E_SUCCESS) {
        code = gnutls_certificate_set_x509_key_mem(pair, &cert, &key, GNUTLS_X509_FMT_PEM);
        gnutls_certificate_free_credentials(pair);
    }
    if (code < 0)
        return fault_set(c, ERR_BAD_FIELD, "the certificate and the key: %s", gnutls_strerror(code));
    tls->on = true;
    return ERR_NONE;
}
