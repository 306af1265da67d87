/*
 * One client at a time, waited for.
 */
#include "exec/slurm/inquiry.h"

#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/sys.h"
#include "exec/slurm/arguments.h"
#include "exec/slurm/client.h"
#include "exec/slurm/refusal.h"

#define WORDS_MAX 256
#define STEP_MS   100

/* A controller that was started a moment ago does not know all of its nodes yet. */
#define AGAIN_TIMES 5
#define AGAIN_MS    1000

/* @return how it ended; CLIENT_IDLE: it could not be started */
static enum client_end run(struct client *client, char *const *argv, char *const *envp,
                           struct sweep_error *err)
{
    struct client_request request = {argv, envp, epoll_create1(EPOLL_CLOEXEC)};
    struct pollfd ready = {.fd = request.epoll_fd, .events = POLLIN};
    enum client_end end = CLIENT_IDLE;
    client_init(client);
    int64_t waited_ms = 0;
    if (client_start(client, &request, waited_ms, err)) {
        while ((end = client_poll(client, waited_ms)) == CLIENT_RUNS)
            if (poll(&ready, 1, STEP_MS) == 0)
                waited_ms += STEP_MS;
    }
    sys_close(request.epoll_fd);
    return end;
}

/* One try. @return the refusal; NONE also where nothing is known */
static enum refusal try_submission(char *const *argv, char *const *envp, char words[WORDS_MAX],
                                   struct sweep_error *err)
{
    struct client client;
    enum client_end end = run(&client, argv, envp, err);
    client_complaint(&client, words, WORDS_MAX);
    client_release(&client);
    return end == CLIENT_FAILED ? refusal_find(words) : REFUSAL_NONE;
}

static bool are_nodes_out(char *const *envp)
{
    char program[] = "sinfo";
    char reasons[] = "--list-reasons";
    char plain[] = "--noheader";
    char *argv[] = {program, reasons, plain, NULL};
    struct client client;
    bool are_out = run(&client, argv, envp, NULL) == CLIENT_DONE && client.out.size > 0;
    client_release(&client);
    return are_out;
}

bool inquiry_check(const struct slurm_settings *settings, char *const *environment,
                   struct sweep_error *err)
{
    struct arena arena = {0};
    struct sweep_error reason = {0};
    char words[WORDS_MAX] = "";
    /* What is asked for counts, not which script: none is run. */
    const struct arguments_batch batch = {
        .name = "sweep", .path = "/tmp", .script = "--wrap=true", .count = 1};
    char **argv = arguments_submit(&arena, settings, &batch, true);
    char **envp = arguments_environment(&arena, environment);
    enum refusal refusal = try_submission(argv, envp, words, &reason);
    for (int i = 0; refusal == REFUSAL_AT_FIRST && i < AGAIN_TIMES; i++) {
        (void)poll(NULL, 0, AGAIN_MS);
        refusal = try_submission(argv, envp, words, &reason);
    }
    /* Of a node that is out of service Slurm says the same as of one that there is not, and only
     * here: it would take the job and let it wait. */
    bool is_doubtful = refusal == REFUSAL_AT_FIRST && are_nodes_out(envp);
    arena_release(&arena);
    if (reason.code != SWEEP_OK)
        return sweep_error_set(err, SWEEP_NOT_FOUND,
                               "'backend: slurm' needs Slurm, and its program sbatch is not on "
                               "this machine: run this on a login node of the cluster");
    if (refusal == REFUSAL_FINAL || (refusal == REFUSAL_AT_FIRST && !is_doubtful))
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "Slurm would refuse every job of this sweep: %s; see 'slurm' and "
                               "'resources' in the file, and `sinfo` for what there is",
                               words);
    return true;
}

bool inquiry_ask(char *const *argv, char *const *environment, struct strbuf *out,
                 struct sweep_error *err)
{
    struct arena arena = {0};
    struct client client;
    struct sweep_error reason = {0};
    char words[WORDS_MAX] = "";
    enum client_end end = run(&client, argv, arguments_environment(&arena, environment), &reason);
    const char *said = strbuf_text(&client.out);
    if (end == CLIENT_DONE)
        strbuf_append(out, said, strcspn(said, "\n"));
    else if (end != CLIENT_IDLE) {
        client_complaint(&client, words, sizeof words);
        strbuf_append_text(out, words);
    }
    client_release(&client);
    arena_release(&arena);
    if (end == CLIENT_IDLE)
        return sweep_error_set(err, SWEEP_NOT_FOUND, "there is no %s", argv[0]);
    return end == CLIENT_DONE;
}
