/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sys/program.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAID_BYTES = 1024 };

/* What stands in the file, in one line: enough for a note. */
static void said_in(int fd, char said[SAID_BYTES])
{
    ssize_t n = pread(fd, said, SAID_BYTES - 1, 0);

    said[n > 0 ? n : 0] = 0;
    for (char *p = said; *p; p++)
        if (*p == '\n')
            *p = p[1] ? ' ' : 0;
}

static int spawn(const struct program *p, int err, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    int rc = posix_spawn_file_actions_init(&files);

    if (rc)
        return rc;
    if (p->in >= 0)
        rc = posix_spawn_file_actions_adddup2(&files, p->in, STDIN_FILENO);
    else
        rc = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!rc && p->out >= 0)
        rc = posix_spawn_file_actions_adddup2(&files, p->out, STDOUT_FILENO);
    else if (!rc)
        rc = posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (!rc)
        rc = posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO);
    if (!rc)
        rc = posix_spawnp(pid, p->words[0], &files, NULL, (char *const *)(uintptr_t)p->words, (char *const *)(uintptr_t)p->env);
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

enum err program_run(struct ctx *c, const struct program *p)
{
    char said[SAID_BYTES];
    int status = 0, err = memfd_create("said", MFD_CLOEXEC), rc;
    pid_t pid;

    if (err < 0)
        return fault_set(c, ERR_AWAY, "%s: %s", p->words[0], strerror(errno));
    if ((rc = spawn(p, err, &pid))) {
        close(err);
        return rc == ENOENT ? fault_set(c, ERR_NOT_FOUND, "%s is not installed", p->words[0])
                            : fault_set(c, ERR_AWAY, "%s: %s", p->words[0], strerror(rc));
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    said_in(err, said);
    close(err);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return ERR_NONE;
    return fault_set(c, ERR_AWAY, "%s", said[0] ? said : str_print(c->arena, "%s ended with %d", p->words[0], status).ptr);
}
