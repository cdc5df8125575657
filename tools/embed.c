/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* embed - packs files into one C file: `embed OUT FILE...`.
 *
 * The same files give the same bytes: no dates, sorted by path, gzip without a name. Texts are written as string literals, which gcc
 * reads many times faster than lists of numbers. The path inside the program is the file's with "src/" and "web/dist/" read as
 * "" and "web/".
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <zlib.h>

struct file {
    char *path; /* within the program */
    unsigned char *body, *gzip;
    size_t body_bytes, gzip_bytes;
    char hash[2 * crypto_hash_sha256_BYTES + 1];
};

static void die(const char *what)
{
    fprintf(stderr, "embed: %s: %s\n", what, strerror(errno));
    exit(1);
}

static unsigned char *read_whole(const char *name, size_t *bytes)
{
    FILE *f = fopen(name, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0)
        die(name);
    long size = ftell(f);
    unsigned char *body = malloc((size_t)size + 1);
    if (!body || fseek(f, 0, SEEK_SET) != 0 || fread(body, 1, (size_t)size, f) != (size_t)size)
        die(name);
    fclose(f);
    *bytes = (size_t)size;
    return body;
}

static void pack(struct file *f)
{
    z_stream z = { 0 };
    size_t cap = f->body_bytes + f->body_bytes / 1000 + 256;
    f->gzip = malloc(cap);
    if (!f->gzip || deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        die("gzip");
    z.next_in = f->body;
    z.avail_in = (uInt)f->body_bytes;
    z.next_out = f->gzip;
    z.avail_out = (uInt)cap;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        die("gzip");
    f->gzip_bytes = z.total_out;
    deflateEnd(&z);
    if (f->gzip_bytes > f->body_bytes / 10 * 9)
        f->gzip_bytes = 0;
}

static char *inner_path(const char *name)
{
    const char *from = name, *before = "";
    if (strncmp(name, "src/", 4) == 0)
        from = name + 4;
    if (strncmp(name, "web/tracker/", 12) == 0)
        from = name + 4;
    if (strncmp(name, "web/dist/", 9) == 0) {
        from = name + 9;
        before = "web/";
    }
    size_t n = strlen(before) + strlen(from) + 1;
    char *path = malloc(n);
    if (!path)
        die("memory");
    snprintf(path, n, "%s%s", before, from);
    return path;
}

static struct file file_of(const char *name)
{
    struct file f = { .path = inner_path(name) };
    unsigned char sum[crypto_hash_sha256_BYTES];
    f.body = read_whole(name, &f.body_bytes);
    crypto_hash_sha256(sum, f.body, f.body_bytes);
    sodium_bin2hex(f.hash, sizeof(f.hash), sum, sizeof(sum));
    pack(&f);
    return f;
}

/* A literal of lines of 100 bytes or so; three octal digits, so that what follows never joins the number. */
static void put_literal(FILE *out, const unsigned char *p, size_t n)
{
    fputs("    \"", out);
    for (size_t i = 0; i < n; i++) {
        if (i && i % 100 == 0)
            fputs("\"\n    \"", out);
        if (p[i] >= ' ' && p[i] < 127 && p[i] != '"' && p[i] != '\\' && p[i] != '?')
            fputc(p[i], out);
        else
            fprintf(out, "\\%03o", p[i]);
    }
    fputc('"', out);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 1;
    size_t count = (size_t)argc - 2;
    struct file *files = calloc(count + 1, sizeof(*files));
    FILE *out = fopen(argv[1], "w");
    if (!files || !out || sodium_init() < 0)
        die(argv[1]);
    for (size_t i = 0; i < count; i++)
        files[i] = file_of(argv[i + 2]);
    qsort(files, count, sizeof(*files), by_path);
    fputs("/* Made by tools/embed.c: not to be edited. */\n#include \"base/embed.h\"\n", out);
    fputs("\nconst struct embed embed_files[] = {\n", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "{ { \"%s\", %zu }, {\n", files[i].path, strlen(files[i].path));
        put_literal(out, files[i].body, files[i].body_bytes);
        fprintf(out, ", %zu }, { ", files[i].body_bytes);
        if (files[i].gzip_bytes) {
            fputc('\n', out);
            put_literal(out, files[i].gzip, files[i].gzip_bytes);
            fprintf(out, ", %zu", files[i].gzip_bytes);
        } else {
            fputs("NULL, 0", out);
        }
        fprintf(out, " }, \"%s\" },\n", files[i].hash);
    }
    fprintf(out, "{ { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, NULL } };\nconst size_t embed_files_count = %zu;\n", count);
    if (fclose(out) != 0)
        die(argv[1]);
    return 0;
}
