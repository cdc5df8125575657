/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/buf.h"
#include "db/driver.h"
#include "sys/clock.h"
#include "sys/crypto.h"
#include "base/embed.h"

/* The lock of those who migrate on PostgreSQL: any constant. */
#define MIGRATE_LOCK INT64_C(0x677261646d696772)

static const char sql_make[] = "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY,"
                               " hash TEXT NOT NULL, at INTEGER NOT NULL)";
static const char sql_list[] = "SELECT name, hash FROM migration ORDER BY name";
static const char sql_add[] = "INSERT INTO migration (name, hash, at) VALUES ($1, $2, $3)";

/* ---- the one dialect ---- */

static bool is_word(char ch)
{
    return (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') ||
           ch == '_';
}

/* The length of what stays as it is at the start of s: a quoted text or name, a comment; 0 if none begins here. */
static size_t quoted_len(struct str s)
{
    const char *end = s.ptr[0] == '\'' ? "'" : s.ptr[0] == '"' ? "\"" : NULL;
    size_t from = 1;
    if (!end && str_starts(s, STR("--")))
        end = "\n";
    if (!end && str_starts(s, STR("/*"))) {
        end = "*/";
        from = 2;
    }
    if (!end)
        return 0;
    ptrdiff_t at = str_find(str_sub(s, from, s.len), str_of(end));
    return at < 0 ? s.len : from + (size_t)at + strlen(end);
}

struct str db_dialect(struct arena *a, enum db_kind kind, struct str sql)
{
    if (kind == DB_SQLITE)
        return sql;
    struct buf b = buf_new(a, sql.len * 2 + 16);
    for (size_t i = 0; i < sql.len;) {
        size_t quoted = quoted_len(str_sub(sql, i, sql.len)), word = 0;
        while (!quoted && i + word < sql.len && is_word(sql.ptr[i + word]))
            word++;
        size_t len = quoted ? quoted : word ? word : 1;
        struct str piece = str_sub(sql, i, len);
        if (word && str_eq(piece, STR("INTEGER")))
            piece = STR("BIGINT");
        else if (word && str_eq(piece, STR("BLOB")))
            piece = STR("BYTEA");
        buf_add(&b, piece);
        i += len;
    }
    return buf_str(&b);
}

/* ---- what has been applied, against what there is ---- */

struct str db_hash(struct arena *a, struct str text)
{
    uint8_t raw[32];
    struct buf hex = buf_new(a, 2 * sizeof raw);
    crypto_sha256(text, raw);
    for (size_t i = 0; i < sizeof raw; i++)
        buf_print(&hex, "%02x", raw[i]);
    return buf_str(&hex);
}

static size_t file_find(const struct db_file *files, size_t count, struct str name)
{
    size_t i = 0;
    while (i < count && !str_eq(str_of(files[i].name), name))
        i++;
    return i;
}

/* Marks what has been applied; a file that is not what it was then, or is gone, is told by name. */
static enum err applied_check(struct ctx *c, struct db_tx *tx, const struct db_file *files, size_t count,
                              bool *applied)
{
    struct db_rows *r;
    enum err e = db_rows(c, tx, sql_list, DB_NO_ARGS, &r);
    if (e)
        return e;
    while (db_next(r, &e)) {
        struct str name = db_col_view(r, 0);
        size_t i = file_find(files, count, name);
        if (i == count) {
            e = fault_set(c, ERR_CONFLICT,
                          "migration " STR_FMT " was applied to this database and this program does not"
                          " have it: the program is older than the database", STR_ARG(name));
            break;
        }
        if (!str_eq(db_hash(c->arena, files[i].text), db_col_view(r, 1))) {
            e = fault_set(c, ERR_CONFLICT,
                          "migration " STR_FMT " is not the text that was applied to this database:"
                          " it was edited since, or belongs to another program", STR_ARG(name));
            break;
        }
        applied[i] = true;
    }
    db_end(r);
    return e;
}

/* ---- the order of texts ---- */

/* SQLite compares texts by their bytes, and so must every column of ours: lists would else have another order there, and what begins with a word would not
 * lie between two bounds. PostgreSQL orders by the language that a database was made with, unless the column says otherwise. 100: the database's own.
 * Where that goes by bytes ('B' is less than 'a' in no language) nothing is owed; else it is once after each migration that has made columns. */
static const char sql_by_language[] =
    "SELECT count(*) FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid"
    " WHERE t.relkind = 'r' AND t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
    " AND a.attnum > 0 AND NOT a.attisdropped AND a.attcollation = 100 AND NOT ('B' < 'a')";
/* Views stand in the way of their columns' types: they go, and come again in the order in which they were made. */
static const char sql_by_bytes[] =
    "DO $$ DECLARE here oid := (SELECT oid FROM pg_namespace WHERE nspname = current_schema()); views text[]; one text; BEGIN"
    " SELECT coalesce(array_agg(format('CREATE VIEW %I AS %s', relname, pg_get_viewdef(oid)) ORDER BY oid), '{}') INTO views"
    "  FROM pg_class WHERE relkind = 'v' AND relnamespace = here;"
    " FOR one IN SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = here LOOP"
    "  EXECUTE format('DROP VIEW IF EXISTS %I CASCADE', one); END LOOP;"
    " FOR one IN SELECT format('ALTER TABLE %I %s', t.relname, string_agg(format('ALTER COLUMN %I TYPE text COLLATE \"C\"', a.attname), ', '))"
    "  FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid WHERE t.relkind = 'r' AND t.relnamespace = here"
    "  AND a.attnum > 0 AND NOT a.attisdropped AND a.attcollation = 100 GROUP BY t.relname LOOP"
    "  EXECUTE one; END LOOP;"
    " FOREACH one IN ARRAY views LOOP EXECUTE one; END LOOP; END $$";

static enum err texts_order(struct ctx *c, struct db_tx *tx)
{
    const struct db_driver *driver = tx->conn->db->driver;
    struct db_rows *row;
    int64_t columns;
    enum err e;

    if (driver->kind != DB_POSTGRES)
        return ERR_NONE;
    if ((e = db_one(c, tx, sql_by_language, DB_NO_ARGS, &row)))
        return e;
    columns = db_col_int(row, 0);
    db_end(row);
    return columns ? driver->script(c, tx->conn, str_of(sql_by_bytes)) : ERR_NONE;
}

/* In one transaction, under the lock: checks all, applies the first that is missing. *done: none is. */
static enum err migrate_step(struct ctx *c, struct db_tx *tx, const struct db_file *files, size_t count,
                             bool *done)
{
    static const int64_t key = MIGRATE_LOCK;
    const struct db_driver *driver = tx->conn->db->driver;
    bool *applied = ARENA_ARRAY(c->arena, bool, count + 1);

    enum err e = db_lock_many(c, tx, &key, 1);
    if (!e)
        e = driver->script(c, tx->conn, db_dialect(c->arena, driver->kind, str_of(sql_make)));
    if (!e)
        e = applied_check(c, tx, files, count, applied);
    if (e)
        return e;
    size_t i = 0;
    while (i < count && applied[i])
        i++;
    *done = i == count;
    if (*done)
        return texts_order(c, tx);
    e = driver->script(c, tx->conn, db_dialect(c->arena, driver->kind, files[i].text));
    if (e)
        return fault_set(c, e, "migration %s cannot be applied", files[i].name);
    return db_run(c, tx, sql_add,
                  DB_ARGS(db_str(str_of(files[i].name)), db_str(db_hash(c->arena, files[i].text)),
                          db_int(clock_wall())), NULL);
}

/* On a disk that is full, without a reserve: nothing can be written, and where all has been applied nothing needs to be. */
static enum err look_only(struct ctx *c, struct db *db, const struct db_file *files, size_t count)
{
    bool *applied = ARENA_ARRAY(c->arena, bool, count + 1);
    struct db_tx *tx;
    enum err e = db_read(c, db, &tx);

    if (e)
        return e;
    e = applied_check(c, tx, files, count, applied);
    db_drop(tx);
    for (size_t i = 0; i < count && !e; i++)
        if (!applied[i])
            e = fault_set(c, ERR_AWAY, "the disk is full, and migration %s is to be applied", files[i].name);
    return e;
}

enum err db_migrate_files(struct ctx *c, struct db *db, const struct db_file *files, size_t count)
{
    for (bool done = false; !done;) {
        struct db_tx *tx;
        enum err e = db_write_small(c, db, &tx); /* at most starts there is nothing to do, and a full disk is no reason not to read */
        if (e && db_trouble_of(db) == DB_FULL) {
            fault_clear(c);
            return look_only(c, db, files, count);
        }
        if (e)
            return e;
        e = migrate_step(c, tx, files, count, &done);
        if (e) {
            db_drop(tx);
            return e;
        }
        if ((e = db_commit(c, tx)) != ERR_NONE)
            return e;
    }
    return ERR_NONE;
}

/* ---- the files of the program ---- */

enum { FILES_MAX = 256 };

struct db_file *db_files(struct arena *a, size_t *count)
{
    struct db_file *files = ARENA_ARRAY(a, struct db_file, FILES_MAX);
    const struct embed *file;
    size_t at = 0;
    for (*count = 0; (file = embed_next(STR("sql/"), &at)); ++*count) {
        assert(*count < FILES_MAX);
        files[*count].name = str_cz(a, str_sub(file->path, strlen("sql/"), file->path.len));
        files[*count].text = file->body;
    }
    return files;
}

enum err db_migrate(struct ctx *c, struct db *db)
{
    size_t count;
    struct db_file *files = db_files(c->arena, &count);
    return db_migrate_files(c, db, files, count);
}
