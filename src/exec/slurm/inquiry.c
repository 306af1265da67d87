/*
 * One client at a time, waited for.
 */
#include "exec/slurm/inquiry.h"

#include <poll.h>
#include <string.h>
#include <sys/wait.h>

#include "exec/slurm/arguments.h"
#include "exec/slurm/client.h"
#include "exec/slurm/refusal.h"

#define WORDS_MAX 256

/* A controller that was started a moment ago does not know all of its nodes yet. */
#define AGAIN_TIMES 5
#define AGAIN_MS    1000

/* @error SWEEP_NOT_FOUND  it could not be started */
static bool run(struct helper *helper, char *const *argv, char *const *envp,
                struct sweep_error *err)
{
    helper_init(helper, CLIENT_OUT_MAX);
    return helper_run(helper, argv, envp, CLIENT_DEADLINE_MS, err);
}

/* One try. @return the refusal; NONE also where nothing is known */
static enum refusal try_submission(char *const *argv, char *const *envp, char words[WORDS_MAX],
                                   struct sweep_error *err)
{
    struct helper helper;
    (void)run(&helper, argv, envp, err);
    bool has_refused = helper.has_status && WIFEXITED(helper.status) && !helper_is_good(&helper);
    client_complaint(&helper, words, WORDS_MAX);
    helper_release(&helper);
    return has_refused ? refusal_find(words) : REFUSAL_NONE;
}

static bool are_nodes_out(char *const *envp)
{
    char program[] = "sinfo";
    char reasons[] = "--list-reasons";
    char plain[] = "--noheader";
    char *argv[] = {program, reasons, plain, NULL};
    struct helper helper;
    bool are_out = run(&helper, argv, envp, NULL) && helper.out.size > 0;
    helper_release(&helper);
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
    if (reason.code == SWEEP_NOT_FOUND)
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
    struct helper helper;
    struct sweep_error reason = {0};
    char words[WORDS_MAX] = "";
    bool done = run(&helper, argv, arguments_environment(&arena, environment), &reason);
    const char *said = strbuf_text(&helper.out);
    if (done)
        strbuf_append(out, said, strcspn(said, "\n"));
    else if (reason.code != SWEEP_NOT_FOUND) {
        client_complaint(&helper, words, sizeof words);
        strbuf_append_text(out, words);
    }
    helper_release(&helper);
    arena_release(&arena);
    if (reason.code == SWEEP_NOT_FOUND)
        return sweep_error_set(err, SWEEP_NOT_FOUND, "there is no %s", argv[0]);
    return done;
}
