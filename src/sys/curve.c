/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/curve.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

enum { SIGNATURE_BYTES = 80 };

/* The library's form of a key; secret NULL: the point alone. NULL when it is no key of the curve. The caller frees it. */
static EVP_PKEY *key_of(const uint8_t *secret, const uint8_t point[65])
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *x = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    BIGNUM *number = secret ? BN_bin2bn(secret, 32, NULL) : NULL;
    OSSL_PARAM *params = NULL;
    EVP_PKEY *key = NULL;

    if (build && x && (!secret || number) && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0)
        && OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, 65)
        && (!number || OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number))
        && (params = OSSL_PARAM_BLD_to_param(build)) && EVP_PKEY_fromdata_init(x) > 0
        && EVP_PKEY_fromdata(x, &key, secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) <= 0)
        key = NULL;
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(x);
    BN_clear_free(number);
    return key;
}

bool curve_new(struct curve_key *key)
{
    EVP_PKEY *new = EVP_EC_gen("P-256");
    BIGNUM *number = NULL;
    size_t len = 0;
    bool good = new && EVP_PKEY_get_bn_param(new, OSSL_PKEY_PARAM_PRIV_KEY, &number) && BN_bn2binpad(number, key->secret, 32) == 32
                && EVP_PKEY_get_octet_string_param(new, OSSL_PKEY_PARAM_PUB_KEY, key->point, sizeof key->point, &len) && len == 65;

    BN_clear_free(number);
    EVP_PKEY_free(new);
    return good;
}

bool curve_agree(const struct curve_key *mine, const uint8_t point[65], uint8_t shared[32])
{
    EVP_PKEY *own = key_of(mine->secret, mine->point), *other = key_of(NULL, point);
    EVP_PKEY_CTX *x = own && other ? EVP_PKEY_CTX_new(own, NULL) : NULL;
    size_t len = 32;
    bool good = x && EVP_PKEY_derive_init(x) > 0 && EVP_PKEY_derive_set_peer(x, other) > 0 && EVP_PKEY_derive(x, shared, &len) > 0 && len == 32;

    EVP_PKEY_CTX_free(x);
    EVP_PKEY_free(own);
    EVP_PKEY_free(other);
    return good;
}

bool curve_sign(const struct curve_key *mine, struct str text, uint8_t signature[64])
{
    EVP_PKEY *key = key_of(mine->secret, mine->point);
    EVP_MD_CTX *x = EVP_MD_CTX_new();
    uint8_t der[SIGNATURE_BYTES];
    const uint8_t *at = der;
    size_t len = sizeof der;
    ECDSA_SIG *parts = NULL;
    bool good = key && x && EVP_DigestSignInit(x, NULL, EVP_sha256(), NULL, key) > 0
                && EVP_DigestSign(x, der, &len, (const unsigned char *)text.ptr, text.len) > 0 && (parts = d2i_ECDSA_SIG(NULL, &at, (long)len))
                && BN_bn2binpad(ECDSA_SIG_get0_r(parts), signature, 32) == 32 && BN_bn2binpad(ECDSA_SIG_get0_s(parts), signature + 32, 32) == 32;

    ECDSA_SIG_free(parts);
    EVP_MD_CTX_free(x);
    EVP_PKEY_free(key);
    return good;
}

bool curve_holds(const uint8_t point[65], struct str text, const uint8_t signature[64])
{
    EVP_PKEY *key = key_of(NULL, point);
    EVP_MD_CTX *x = EVP_MD_CTX_new();
    ECDSA_SIG *parts = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, 32, NULL), *s = BN_bin2bn(signature + 32, 32, NULL);
    unsigned char *der = NULL;
    int len;
    bool good = false;

    if (key && x && parts && r && s && ECDSA_SIG_set0(parts, r, s)) {
        r = s = NULL; /* the signature's now */
        len = i2d_ECDSA_SIG(parts, &der);
        good = len > 0 && EVP_DigestVerifyInit(x, NULL, EVP_sha256(), NULL, key) > 0
               && EVP_DigestVerify(x, der, (size_t)len, (const unsigned char *)text.ptr, text.len) == 1;
    }
    OPENSSL_free(der);
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(parts);
    EVP_MD_CTX_free(x);
    EVP_PKEY_free(key);
    return good;
}

bool curve_seal(const uint8_t key[16], const uint8_t nonce[12], struct str text, uint8_t *out)
{
    EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
    int len = 0, rest = 0;
    bool good = x && EVP_EncryptInit_ex(x, EVP_aes_128_gcm(), NULL, key, nonce) > 0
                && EVP_EncryptUpdate(x, out, &len, (const unsigned char *)text.ptr, (int)text.len) > 0
                && EVP_EncryptFinal_ex(x, out + len, &rest) > 0 && EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_GCM_GET_TAG, 16, out + len + rest) > 0;

    EVP_CIPHER_CTX_free(x);
    return good && (size_t)(len + rest) == text.len;
}
