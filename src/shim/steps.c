/*
 * scancel and squeue. Not for processes on this node (proc/tree).
 */
#include "shim/steps.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/number.h"
#include "base/sys.h"
#include "proc/helper.h"
#include "proc/spawn.h"
#include "proc/tree.h"

#define STARTER "srun"

/* A job has few steps at a time. */
#define LIST_MAX  (16 * 1024)
#define STEPS_MAX 64

#define ANSWER_MAX_MS 20000

/* For so long Slurm is asked again when it does not answer: when we end, it ends what is left by
 * itself. */
#define FAILING_MAX_MS (5 * 60 * 1000)

void steps_init(struct steps *steps)
{
    const char *array = getenv("SLURM_ARRAY_JOB_ID");
    const char *task = getenv("SLURM_ARRAY_TASK_ID");
    const char *job = getenv("SLURM_JOB_ID");
    const char *nodes = getenv("SLURM_JOB_NUM_NODES");
    uint64_t count = 0;
    *steps = (struct steps){0};
    /* The number of a task's job may be that of its whole array. */
    if (array != NULL && task != NULL)
        (void)snprintf(steps->job, sizeof steps->job, "%s_%s", array, task);
    else
        (void)snprintf(steps->job, sizeof steps->job, "%s", job != NULL ? job : "");
    steps->are_elsewhere =
        nodes != NULL && number_parse_uint64(strview_of(nodes), &count) == NUMBER_OK && count > 1;
}

/* Nobody waits for it: what it has to say goes to the log of the jobs. */
static bool signal_tasks(const struct steps *steps, struct sweep_error *err)
{
    struct arena arena = {0};
    pid_t pid;
    char *argv[] = {arena_strdup(&arena, "scancel"), arena_strdup(&arena, "--quiet"),
                    arena_strdup(&arena, "--signal=TERM"), arena_strdup(&arena, steps->job), NULL};
    int null_fd = sys_open(AT_FDCWD, "/dev/null", O_RDWR, 0);
    const struct spawn_descriptor descriptors[] = {{null_fd, STDIN_FILENO},
                                                   {null_fd, STDOUT_FILENO}};
    const struct spawn_request request = {.path = argv[0],
                                          .argv = argv,
                                          .envp = environ,
                                          .new_session = true,
                                          .descriptors = descriptors,
                                          .descriptor_count = ARRAY_LENGTH(descriptors)};
    bool started = spawn_process(&request, &pid, NULL, err);
    sys_close(null_fd);
    arena_release(&arena);
    return started;
}

bool steps_terminate(struct steps *steps, pid_t session, struct sweep_error *err)
{
    const struct tree tree = {.session = session};
    size_t starters = tree_signal_others(&tree, SIGTERM, STARTER);
    steps->were_asked = starters > 0 || steps->are_elsewhere;
    return !steps->were_asked || signal_tasks(steps, err);
}

/* --- the end -------------------------------------------------------------------------------- */

static bool ask(char *const *argv, struct helper *helper, struct sweep_error *err)
{
    helper_init(helper, LIST_MAX);
    return helper_run(helper, argv, environ, ANSWER_MAX_MS, err);
}

/* `17_3.0`, but not `17_3.batch`, which is us. */
static bool is_step(struct strview line)
{
    const char *point = memrchr(line.data, '.', line.size);
    return point != NULL && point + 1 < line.data + line.size && point[1] >= '0' && point[1] <= '9';
}

/* The words of a scancel for all steps in the list. @return how many there are */
static size_t list_steps(struct arena *arena, const char *text, char **argv)
{
    size_t count = 0;
    size_t used = 0;
    argv[used++] = arena_strdup(arena, "scancel");
    argv[used++] = arena_strdup(arena, "--quiet");
    argv[used++] = arena_strdup(arena, "--signal=KILL");
    while (*text != '\0' && count < STEPS_MAX) {
        const struct strview line = {text, strcspn(text, "\n")};
        if (is_step(line)) {
            argv[used++] = arena_copy(arena, line);
            count++;
        }
        text += line.size + (text[line.size] == '\n');
    }
    argv[used] = NULL;
    return count;
}

/* @return whether it is known how many steps there are; those are killed */
static bool kill_steps(const struct steps *steps, size_t *count, struct sweep_error *err)
{
    struct arena arena = {0};
    struct helper list;
    struct helper killing;
    char *argv[STEPS_MAX + 4];
    char *asking[] = {arena_strdup(&arena, "squeue"),
                      arena_strdup(&arena, "--steps"),
                      arena_strdup(&arena, "--noheader"),
                      arena_strdup(&arena, "--format=%i"),
                      arena_printf(&arena, "--job=%s", steps->job),
                      NULL};
    bool is_known = ask(asking, &list, err);
    *count = is_known ? list_steps(&arena, strbuf_text(&list.out), argv) : 0;
    helper_release(&list);
    if (*count > 0) {
        is_known = ask(argv, &killing, err);
        helper_release(&killing);
    }
    arena_release(&arena);
    return is_known;
}

bool steps_end(struct steps *steps, int64_t now_ms, struct sweep_error *err)
{
    size_t count = 0;
    if (!steps->are_elsewhere)
        return true;
    if (kill_steps(steps, &count, err)) {
        steps->failing_ms = 0;
        return count == 0;
    }
    if (steps->failing_ms == 0)
        steps->failing_ms = now_ms;
    return err->code == SWEEP_NOT_FOUND || now_ms >= steps->failing_ms + FAILING_MAX_MS;
}
