/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdio.h>
#include <unistd.h>

#include "db/driver.h"
#include "sys/clock.h"

/* A lease is five minutes, made longer after one: a commit a minute while there are writes, and a program that was killed blocks
 * one of 256 numbers for five minutes. Ids of a number begin after the last holder's term, so a clock set back doubles none. */
#define LEASE_US (5 * MINUTE_US)
#define KEEP_US  (1 * MINUTE_US)
#define NODES    256

/* The lock of those who choose a number on PostgreSQL: any constant. */
#define NODE_LOCK INT64_C(0x67726164756e6f64)

static const char sql_node_longer[] =
    "UPDATE node SET until = $1 WHERE id = $2 AND holder = $3";
static const char sql_node_expired[] =
    "SELECT id, until FROM node WHERE until < $1 ORDER BY until LIMIT 1";
static const char sql_node_count[] = "SELECT count(*) FROM node";
static const char sql_node_add[] =
    "INSERT INTO node (id, holder, until) VALUES ($1, $2, $3)";
static const char sql_node_take[] =
    "UPDATE node SET holder = $1, until = $2 WHERE id = $3";

/* Chooses a number: the one that has been free for the longest, else a new one. */
static enum err node_choose(struct ctx *c, struct db_tx *tx, instant now, int64_t *id, instant *after)
{
    struct db *db = tx->conn->db;
    struct db_rows *r;
    enum err e = db_one(c, tx, sql_node_expired, DB_ARGS(db_int(now)), &r);
    if (e == ERR_NONE) {
        *id = db_col_int(r, 0);
        *after = db_col_int(r, 1);
        db_end(r);
        return db_run(c, tx, sql_node_take,
                      DB_ARGS(db_str(str_of(db->holder)), db_int(now + LEASE_US), db_int(*id)), NULL);
    }
    if (e != ERR_NOT_FOUND)
        return e;
    if ((e = db_one(c, tx, sql_node_count, DB_NO_ARGS, &r)) != ERR_NONE)
        return e;
    *id = db_col_int(r, 0);
    *after = 0;
    db_end(r);
    if (*id >= NODES)
        return fault_set(c, ERR_AWAY, "all %d node numbers are leased; one ends within 5 minutes", NODES);
    return db_run(c, tx, sql_node_add,
                  DB_ARGS(db_int(*id), db_str(str_of(db->holder)), db_int(now + LEASE_US)), NULL);
}

static enum err node_lease(struct ctx *c, struct db_tx *tx, instant now)
{
    struct db *db = tx->conn->db;
    static const int64_t key = NODE_LOCK;
    int64_t changed = 0;
    enum err e = db_lock_many(c, tx, &key, 1);

    if (!e && db->leased_until)
        e = db_run(c, tx, sql_node_longer,
                   DB_ARGS(db_int(now + LEASE_US), db_int(db->ids.node), db_str(str_of(db->holder))),
                   &changed);
    if (e || changed)
        return e;
    int64_t id;
    instant after;
    if ((e = node_choose(c, tx, now, &id, &after)) != ERR_NONE)
        return e;
    db->ids.node = (int32_t)id;
    db->id_floor = after;
    return ERR_NONE;
}

/* The caller holds id_lock. */
static enum err node_renew(struct ctx *c, struct db_conn *k, instant now)
{
    struct db *db = k->db;
    bool has;
    enum err e = db->driver->has_table(c, k, "node", &has);
    if (e || !has)
        return e; /* not migrated yet: nothing in it could want an id */
    if (!db->holder[0]) {
        char host[48] = "";
        gethostname(host, sizeof host - 1);
        snprintf(db->holder, sizeof db->holder, "%s:%ld:%lld", host, (long)getpid(), (long long)now);
    }
    if ((e = db->driver->begin(c, k, true)) != ERR_NONE)
        return e;
    k->tx = (struct db_tx){ .conn = k, .write = true };
    e = node_lease(c, &k->tx, now);
    int64_t commit = 0; /* not waited for: whatever takes ids of it is committed behind it */
    if (e)
        db->driver->rollback(k);
    else
        e = db->driver->commit(c, k, &commit);
    if (e)
        db->leased_until = 0; /* whatever was chosen is not ours for certain */
    else
        db->leased_until = now + LEASE_US;
    return e;
}

enum err db_node_keep(struct ctx *c, struct db_conn *k)
{
    struct db *db = k->db;
    enum err e = ERR_NONE;
    instant now = clock_wall();
    pthread_mutex_lock(&db->id_lock);
    if (db->leased_until - now < LEASE_US - KEEP_US || db->leased_until - now > LEASE_US) /* more: the clock went back */
        e = node_renew(c, k, now);
    pthread_mutex_unlock(&db->id_lock);
    return e;
}

static const char sql_node_free[] =
    "UPDATE node SET until = $1, holder = '' WHERE id = $2 AND holder = $3";

void db_node_free(struct db *db)
{
    if (!db->leased_until)
        return;
    struct ctx c = { .arena = arena_new(0) };
    struct db_tx *tx;
    instant until = clock_wall(), last = id_instant(db->last_id) + SECOND_US / 1000;
    if (last > until)
        until = last;
    /* When this fails, the lease ends by itself. */
    if (db_write(&c, db, &tx) == ERR_NONE) {
        struct db_args args = DB_ARGS(db_int(until), db_int(db->ids.node), db_str(str_of(db->holder)));
        if (db_run(&c, tx, sql_node_free, args, NULL) != ERR_NONE)
            db_drop(tx);
        else if (db_commit(&c, tx) != ERR_NONE)
            db->leased_until = 0;
    }
    arena_free(c.arena);
}

int64_t db_new_id(struct db_tx *tx)
{
    struct db *db = tx->conn->db;
    instant now = clock_wall();
    pthread_mutex_lock(&db->id_lock);
    assert(db->leased_until); /* the first db_write of a migrated database leases */
    int64_t id = id_make(&db->ids, now > db->id_floor ? now : db->id_floor + SECOND_US / 1000);
    db->last_id = id;
    pthread_mutex_unlock(&db->id_lock);
    return id;
}
