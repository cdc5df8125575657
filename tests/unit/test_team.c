/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rights, and what may be an e-mail address or a password. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "team/user.h"

static void the_owner_may_all_and_nobody_nothing(void **state)
{
    struct actor owner = { ACTOR_USER, 1, team_rights_of_role(ROLE_OWNER), false }, nobody = { 0 }, house = { .kind = ACTOR_HOUSE };

    (void)state;
    for (int r = RIGHT_SIGNED_IN; r < RIGHTS; r++) {
        assert_int_equal(team_right_has(&owner, (enum right)r), r != RIGHT_EVENT);
        assert_false(team_right_has(&nobody, (enum right)r));
        assert_true(team_right_has(&house, (enum right)r));
    }
    assert_true(team_right_has(&nobody, RIGHT_NONE));
}

static void a_key_of_events_is_no_person(void **state)
{
    struct actor key = { ACTOR_KEY, 1, team_right_bit(RIGHT_EVENT), true };

    (void)state;
    assert_true(team_right_has(&key, RIGHT_EVENT));
    assert_false(team_right_has(&key, RIGHT_SIGNED_IN));
    assert_false(team_right_has(&key, RIGHT_PERSON));
    assert_false(team_right_has(&key, RIGHT_LEAD_READ));
}

static void a_manager_sees_his_own_rows(void **state)
{
    struct actor m = { ACTOR_USER, 7, team_rights_of_role(ROLE_MANAGER), false };
    struct actor h = { ACTOR_USER, 8, team_rights_of_role(ROLE_HEAD), false };
    struct actor key = { ACTOR_KEY, 7, team_right_bit(RIGHT_LEAD_READ), false };

    (void)state;
    assert_true(team_may_see(&m, (struct user_id){ 7 }));
    assert_false(team_may_see(&m, (struct user_id){ 8 }));
    assert_false(team_may_see(&m, (struct user_id){ 0 }));
    assert_int_equal(team_sees_only(&m).v, 7);
    assert_true(team_may_see(&h, (struct user_id){ 7 }) && team_may_see(&h, (struct user_id){ 0 }));
    assert_int_equal(team_sees_only(&h).v, 0);
    assert_false(team_may_see(&key, (struct user_id){ 7 })); /* a key's id is no user's */
    assert_int_equal(team_sees_only(&key).v, -1);
}

static void every_role_and_right_has_its_word(void **state)
{
    (void)state;
    for (int i = 0; i < ROLES; i++)
        assert_non_null(team_role_names[i]);
    assert_null(team_role_names[ROLES]);
    for (int i = 0; i < RIGHTS; i++)
        assert_non_null(team_right_names[i]);
    assert_null(team_right_names[RIGHTS]);
}

static void an_email_is_plausible_by_shape(void **state)
{
    static const char *const good[] = { "a@b.ru", "иван@почта.рф", "a+b@x-y.example.org", "A.B@c.d" };
    static const char *const bad[] = { "", "a", "@b.ru", "a@", "a@b", "a@b.", "a b@c.ru", "a@b@c.ru", "a@.ru", "a@b.ru\n",
                                       "<a@b.ru>", "a@b.ru,c@d.ru", "a@b.ru;x" };

    (void)state;
    for (size_t i = 0; i < countof(good); i++)
        assert_true(team_user_email_is_plausible(str_of(good[i])));
    for (size_t i = 0; i < countof(bad); i++)
        if (team_user_email_is_plausible(str_of(bad[i])))
            fail_msg("%s", bad[i]);
}

static void a_password_has_8_to_1024_bytes(void **state)
{
    struct arena *a = arena_new(0);
    char text[1100];

    (void)state;
    memset(text, 'x', sizeof text);
    for (size_t len = 0; len < sizeof text; len++) {
        struct ctx c = { .arena = a };

        assert_int_equal(team_user_password_check(&c, (struct str){ text, len }) == ERR_NONE, len >= 8 && len <= 1024);
    }
    text[20] = 0;
    assert_int_equal(team_user_password_check(&(struct ctx){ .arena = a }, (struct str){ text, 40 }), ERR_BAD_FIELD);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_owner_may_all_and_nobody_nothing), cmocka_unit_test(a_key_of_events_is_no_person),
        cmocka_unit_test(a_manager_sees_his_own_rows),          cmocka_unit_test(every_role_and_right_has_its_word),
        cmocka_unit_test(an_email_is_plausible_by_shape),       cmocka_unit_test(a_password_has_8_to_1024_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
