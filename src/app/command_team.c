/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/command_team.h"

#include <stdio.h>

#include "sys/crypto.h"
#include "team/audit.h"
#include "team/key.h"
#include "team/session.h"
#include "team/setting.h"

enum { PASSWORD_BYTES = 2048, LIST_ITEMS = 10000 };

static int name_index(const char *const *names, const char *name)
{
    for (int i = 0; name && names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

/* One line of standard input, hashed; outside of any transaction. */
static enum err read_password(struct front *front, struct str *hash)
{
    char *text = arena_alloc(front->ctx.arena, PASSWORD_BYTES);
    struct str password;
    enum err e;

    if (!fgets(text, PASSWORD_BYTES, stdin))
        return fault_set(&front->ctx, ERR_MISSING, "a password is expected on standard input");
    password = str_of(text);
    while (password.len > 0 && (password.ptr[password.len - 1] == '\n' || password.ptr[password.len - 1] == '\r'))
        password.len--;
    e = team_user_password_check(&front->ctx, password);
    return e ? e : crypto_password_hash(&front->ctx, password, hash);
}

static enum err end_write(struct front *front, struct db_tx *tx, enum err e)
{
    if (e) {
        db_drop(tx);
        return e;
    }
    return db_commit(&front->ctx, tx);
}

static enum err add_user(struct front *front, struct user *u)
{
    struct setting s;
    struct db_tx *tx;
    enum err e = db_write(&front->ctx, front->db, &tx);

    if (e)
        return e;
    e = team_setting_get(&front->ctx, tx, &s);
    if (e == ERR_NONE) {
        u->zone = s.zone;
        u->lang = s.lang;
        e = team_user_add(&front->ctx, tx, u);
    }
    if (e == ERR_NONE)
        e = team_audit_add(&front->ctx, tx, "user.added", PREFIX_USER, u->id.v, STR_NULL);
    return end_write(front, tx, e);
}

int run_user_add(struct front *front, struct args *args)
{
    const char *email = args_option(args, "--email"), *role = args_option(args, "--role");
    const char *name = args_option(args, "--name");
    struct user u = { .theme = STR("system") };
    char text[ID_TEXT_MAX];
    enum err e;

    if (!email || !args_flag(args, "--password-stdin") || name_index(team_role_names, role) < 0)
        return command_usage(front);
    u.email = str_of(email);
    u.name = name ? str_of(name) : str_sub(u.email, 0, (size_t)(str_find_char(u.email, '@') < 0 ? 0 : str_find_char(u.email, '@')));
    u.role = name_index(team_role_names, role);
    if (!team_user_email_is_plausible(u.email))
        return command_failed(front, fault_field(&front->ctx, ERR_BAD_FIELD, "email"));
    e = read_password(front, &u.password);
    if (e == ERR_NONE)
        e = add_user(front, &u);
    if (e == ERR_TWICE) {
        fault_clear(&front->ctx);
        (void)fault_at(&front->ctx, e, STR("email"), "there is a user with that address already");
    }
    if (e)
        return command_failed(front, e);
    printf("user: " STR_FMT "\n", STR_ARG(id_print(PREFIX_USER, u.id.v, text)));
    return 0;
}

int run_user_list(struct front *front, struct args *args)
{
    struct user *list;
    size_t count;
    struct db_tx *tx;
    enum err e = db_read(&front->ctx, front->db, &tx);

    (void)args;
    if (e)
        return command_failed(front, e);
    e = team_user_list(&front->ctx, tx, LIST_ITEMS, &list, &count);
    db_drop(tx);
    if (e)
        return command_failed(front, e);
    for (size_t i = 0; i < count; i++) {
        char text[ID_TEXT_MAX];

        printf(STR_FMT " %s %s " STR_FMT "\n", STR_ARG(id_print(PREFIX_USER, list[i].id.v, text)),
               team_role_names[list[i].role], team_user_state_names[list[i].state], STR_ARG(list[i].email));
    }
    return 0;
}

int run_user_password(struct front *front, struct args *args)
{
    const char *email = args_option(args, "--email");
    struct user u;
    struct str hash;
    struct db_tx *tx;
    enum err e;

    if (!email || !args_flag(args, "--password-stdin"))
        return command_usage(front);
    e = read_password(front, &hash);
    if (e == ERR_NONE)
        e = db_write(&front->ctx, front->db, &tx);
    if (e)
        return command_failed(front, e);
    e = team_user_get_by_email(&front->ctx, tx, str_of(email), &u);
    if (e == ERR_NONE) {
        u.password = hash;
        e = team_user_put(&front->ctx, tx, &u);
    }
    if (e == ERR_NONE)
        e = team_session_del_of(&front->ctx, tx, u.id, 0);
    if (e == ERR_NONE)
        e = team_audit_add(&front->ctx, tx, "user.password_set", PREFIX_USER, u.id.v, STR_NULL);
    e = end_write(front, tx, e);
    return e ? command_failed(front, e) : 0;
}

/* "a,b" -> bits. Without a list: all that an owner may. */
static bool rights_parse(struct str list, uint64_t *rights)
{
    struct str piece;

    *rights = 0;
    while (str_next(&list, ',', &piece)) {
        int i = -1;

        for (int k = RIGHT_LEAD_READ; k < RIGHT_EVENT; k++)
            if (str_eq(piece, str_of(team_right_names[k])))
                i = k;
        if (i < 0)
            return false;
        *rights |= team_right_bit((enum right)i);
    }
    return true;
}

int run_key_add(struct front *front, struct args *args)
{
    const char *name = args_option(args, "--name"), *scope = args_option(args, "--scope");
    const char *rights = args_option(args, "--rights");
    struct api_key k = { .is_public = args_flag(args, "--public"), .rights = team_rights_of_role(ROLE_OWNER) };
    struct db_tx *tx;
    struct str text;
    enum err e;

    if (!name || name_index(team_key_scope_names, scope) < 0 || (rights && !rights_parse(str_of(rights), &k.rights)))
        return command_usage(front);
    k.name = str_of(name);
    k.scope = name_index(team_key_scope_names, scope);
    if (k.scope == KEY_EVENTS)
        k.rights = 0;
    e = db_write(&front->ctx, front->db, &tx);
    if (e)
        return command_failed(front, e);
    e = team_key_add(&front->ctx, tx, &k, &text);
    if (e == ERR_NONE)
        e = team_audit_add(&front->ctx, tx, "key.added", PREFIX_KEY, k.id.v, STR_NULL);
    e = end_write(front, tx, e);
    if (e)
        return command_failed(front, e);
    printf(STR_FMT "\n", STR_ARG(text));
    return 0;
}

int run_key_list(struct front *front, struct args *args)
{
    struct api_key *list;
    size_t count;
    struct db_tx *tx;
    enum err e = db_read(&front->ctx, front->db, &tx);

    (void)args;
    if (e)
        return command_failed(front, e);
    e = team_key_list(&front->ctx, tx, LIST_ITEMS, &list, &count);
    db_drop(tx);
    if (e)
        return command_failed(front, e);
    for (size_t i = 0; i < count; i++) {
        char text[ID_TEXT_MAX];

        printf(STR_FMT " %s%s " STR_FMT " " STR_FMT "\n", STR_ARG(id_print(PREFIX_KEY, list[i].id.v, text)),
               team_key_scope_names[list[i].scope], list[i].is_public ? " public" : "", STR_ARG(list[i].prefix),
               STR_ARG(list[i].name));
    }
    return 0;
}

int run_key_revoke(struct front *front, struct args *args)
{
    const char *word = args_next(args);
    struct key_id id;
    struct db_tx *tx;
    enum err e;

    if (!word || !id_parse(PREFIX_KEY, str_of(word), &id.v))
        return command_usage(front);
    e = db_write(&front->ctx, front->db, &tx);
    if (e)
        return command_failed(front, e);
    e = team_key_del(&front->ctx, tx, id);
    if (e == ERR_NONE)
        e = team_audit_add(&front->ctx, tx, "key.revoked", PREFIX_KEY, id.v, STR_NULL);
    e = end_write(front, tx, e);
    return e ? command_failed(front, e) : 0;
}

int run_audit_check(struct front *front, struct args *args)
{
    int64_t rows, broken;
    struct db_tx *tx;
    enum err e = db_read(&front->ctx, front->db, &tx);

    (void)args;
    if (e)
        return command_failed(front, e);
    e = team_audit_check(&front->ctx, tx, &rows, &broken);
    db_drop(tx);
    if (e)
        return command_failed(front, e);
    printf("rows: %lld\n", (long long)rows);
    if (broken) {
        char text[ID_TEXT_MAX];

        printf("broken: " STR_FMT "\n", STR_ARG(id_print("au", broken, text)));
        return 1;
    }
    puts("whole: yes");
    return 0;
}
