/*
 * The asker's thread and its two queues. What a strategy gets to see is known.c's affair.
 *
 * The mutex guards the queues and `quit`; everything else belongs to the worker once it runs, so
 * the loop never waits for an ask.
 */
#include "asker/asker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "asker/external.h"
#include "asker/known.h"
#include "base/array.h"
#include "base/sys.h"
#include "sweep/mem.h"

enum message_kind {
    MESSAGE_RESTORE,
    MESSAGE_TRIAL, /* new or finished */
    MESSAGE_ASK
};

/* One message to the worker. */
struct message {
    struct message *next;
    enum message_kind kind;
    const struct sweep_trial *trials; /* RESTORE: [count], borrowed */
    size_t count;
    uint64_t seed;
    struct sweep_trial trial;   /* TRIAL: all of it. ASK: number, seen, pending */
    struct sweep_value *params; /* what `trial` points to, the message's own */
    void *memo;
    uint64_t *pending;
};

struct answer_node {
    struct answer_node *next;
    struct asker_answer answer;
};

struct asker {
    struct asker_settings settings;
    size_t param_count;
    int event_fd;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;

    /* under the mutex */
    struct message *first_message;
    struct message **last_message;
    struct answer_node *first_answer;
    struct answer_node **last_answer;
    bool quit;
    bool started; /* create() has returned */
    struct sweep_error start_error;

    /* the worker's own */
    struct known known;
    struct sweep_judge *judge; /* of what is searched */
    void *state;               /* the strategy's; NULL where `external` is asked */
    struct external *external;
};

static void *copy_block(const void *block, size_t size)
{
    if (size == 0)
        return NULL;
    void *copy = sweep_alloc(size);
    memcpy(copy, block, size);
    return copy;
}

static void message_free(struct message *message)
{
    sweep_free(message->params);
    sweep_free(message->memo);
    sweep_free(message->pending);
    sweep_free(message);
}

static void send_message(struct asker *asker, struct message *message)
{
    (void)pthread_mutex_lock(&asker->mutex);
    *asker->last_message = message;
    asker->last_message = &message->next;
    (void)pthread_cond_signal(&asker->changed);
    (void)pthread_mutex_unlock(&asker->mutex);
}

/* NULL: quit. */
static struct message *wait_for_message(struct asker *asker)
{
    (void)pthread_mutex_lock(&asker->mutex);
    while (asker->first_message == NULL && !asker->quit)
        (void)pthread_cond_wait(&asker->changed, &asker->mutex);
    struct message *message = asker->quit ? NULL : asker->first_message;
    if (message != NULL) {
        asker->first_message = message->next;
        if (asker->first_message == NULL)
            asker->last_message = &asker->first_message;
    }
    (void)pthread_mutex_unlock(&asker->mutex);
    return message;
}

static void send_answer(struct asker *asker, struct answer_node *node)
{
    (void)pthread_mutex_lock(&asker->mutex);
    *asker->last_answer = node;
    asker->last_answer = &node->next;
    uint64_t one = 1;
    (void)sys_write(asker->event_fd, &one, sizeof one);
    (void)pthread_mutex_unlock(&asker->mutex);
}

/* A strategy of one's own has heard the trials' own numbers, and is asked by them. */
static void ask_strategy(struct asker *asker, const struct sweep_ask *ask, uint64_t number,
                         struct sweep_suggestion *suggestion, struct asker_answer *answer)
{
    const struct sweep_ask counted = {ask->seed, number, ask->history};
    if (asker->external == NULL)
        answer->answer = asker->settings.strategy->ask(asker->state, &counted, suggestion);
    else if (!external_ask(asker->external, ask, suggestion, &answer->answer, &answer->error))
        suggestion->memo_size = 0;
    if (answer->answer == SWEEP_GAVE_UP)
        sweep_error_set(&answer->error, SWEEP_BAD_INPUT,
                        "method %s finds no configuration that meets the constraints and was not "
                        "tried: too few do; narrow the ranges of the parameters that they name",
                        asker->settings.strategy->name);
}

/* The plan counts all trials; the strategy sees those that it can place. */
static void suggest(struct asker *asker, uint64_t seed, uint64_t number,
                    struct sweep_history *history, struct sweep_suggestion *suggestion,
                    struct asker_answer *answer)
{
    const struct plan *plan = &asker->settings.plan;
    const struct sweep_ask ask = {seed, number, history};
    struct plan_place place;
    answer->answer = SWEEP_SUGGESTED;
    if (!plan_settle(plan, &ask, &place, suggestion->params)) {
        known_narrow(&asker->known, history);
        ask_strategy(asker, &ask, place.number, suggestion, answer);
    }
    plan_complete(plan, &place, suggestion->params);
}

static void handle_ask(struct asker *asker, const struct message *message)
{
    struct sweep_history history = {.maximize = asker->settings.maximize};
    const struct known_view view = {message->trial.number, message->trial.seen,
                                    message->trial.pending, message->trial.pending_count};
    known_history(&asker->known, &view, &history);

    unsigned char memo[SWEEP_MEMO_MAX];
    struct sweep_suggestion suggestion = {
        .params = sweep_alloc_array(asker->param_count, sizeof *suggestion.params),
        .memo = memo,
    };
    struct answer_node *node = sweep_alloc(sizeof *node);
    node->answer.trial = message->trial.number;
    suggest(asker, message->seed, message->trial.number, &history, &suggestion, &node->answer);
    node->answer.params = suggestion.params;
    node->answer.memo = copy_block(memo, suggestion.memo_size);
    node->answer.memo_size = suggestion.memo_size;
    send_answer(asker, node);
}

static void handle(struct asker *asker, const struct message *message)
{
    switch (message->kind) {
    case MESSAGE_RESTORE:
        known_restore(&asker->known, message->trials, message->count);
        break;
    case MESSAGE_TRIAL:
        known_add(&asker->known, &message->trial);
        break;
    case MESSAGE_ASK:
        handle_ask(asker, message);
        break;
    }
}

static bool start_strategy(struct asker *asker)
{
    struct sweep_error err = {0};
    const struct asker_settings *settings = &asker->settings;
    void *state = NULL;
    struct external *external = NULL;
    struct sweep_judge *judge = sweep_judge_create(settings->plan.searched, &err);
    if (judge != NULL && settings->strategy == &external_strategy)
        external = external_create(settings->external, settings->plan.searched, &err);
    else if (judge != NULL)
        state = settings->strategy->create(settings->plan.searched, &err);
    (void)pthread_mutex_lock(&asker->mutex);
    asker->judge = judge;
    asker->known.judge = judge;
    asker->state = state;
    asker->external = external;
    asker->started = true;
    bool done = state != NULL || external != NULL;
    if (!done)
        asker->start_error = err;
    (void)pthread_cond_signal(&asker->changed);
    (void)pthread_mutex_unlock(&asker->mutex);
    return done;
}

static void *work(void *argument)
{
    struct asker *asker = argument;
    if (!start_strategy(asker))
        return NULL;
    struct message *message;
    while ((message = wait_for_message(asker)) != NULL) {
        handle(asker, message);
        message_free(message);
    }
    if (asker->external == NULL)
        asker->settings.strategy->free(asker->state);
    return NULL;
}

/* Signals are the loop's: the worker takes none. */
static bool start_thread(struct asker *asker)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&asker->thread, NULL, work, asker);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = result;
    return result == 0;
}

static void release(struct asker *asker)
{
    sys_close(asker->event_fd);
    (void)pthread_cond_destroy(&asker->changed);
    (void)pthread_mutex_destroy(&asker->mutex);
    known_release(&asker->known);
    sweep_judge_free(asker->judge);
    sweep_free(asker);
}

static bool wait_for_start(struct asker *asker, struct sweep_error *err)
{
    (void)pthread_mutex_lock(&asker->mutex);
    while (!asker->started)
        (void)pthread_cond_wait(&asker->changed, &asker->mutex);
    struct sweep_error start_error = asker->start_error;
    (void)pthread_mutex_unlock(&asker->mutex);
    if (start_error.code == SWEEP_OK)
        return true;
    (void)pthread_join(asker->thread, NULL);
    return sweep_error_set(err, start_error.code, "%s", start_error.message);
}

struct asker *asker_create(const struct asker_settings *settings, struct sweep_error *err)
{
    struct asker *asker = sweep_alloc(sizeof *asker);
    asker->settings = *settings;
    if (settings->plan.searched == NULL)
        asker->settings.plan.searched = settings->space;
    asker->param_count = sweep_space_count(settings->space);
    asker->known.param_count = asker->param_count;
    asker->known.space = settings->space;
    asker->last_message = &asker->first_message;
    asker->last_answer = &asker->first_answer;
    (void)pthread_mutex_init(&asker->mutex, NULL);
    (void)pthread_cond_init(&asker->changed, NULL);
    asker->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (asker->event_fd < 0 || !start_thread(asker)) {
        sweep_error_set_errno(err, SWEEP_SPAWN, errno, "cannot start a thread for the strategy");
        release(asker);
        return NULL;
    }
    if (!wait_for_start(asker, err)) {
        release(asker);
        return NULL;
    }
    return asker;
}

void asker_free(struct asker *asker)
{
    if (asker == NULL)
        return;
    (void)pthread_mutex_lock(&asker->mutex);
    asker->quit = true;
    if (asker->external != NULL)
        external_cancel(asker->external);
    (void)pthread_cond_signal(&asker->changed);
    (void)pthread_mutex_unlock(&asker->mutex);
    (void)pthread_join(asker->thread, NULL);
    external_free(asker->external);
    while (asker->first_message != NULL) {
        struct message *message = asker->first_message;
        asker->first_message = message->next;
        message_free(message);
    }
    struct asker_answer answer;
    while (asker_take(asker, &answer))
        asker_release_answer(&answer);
    release(asker);
}

void asker_restore(struct asker *asker, const struct sweep_trial *trials, size_t count)
{
    struct message *message = sweep_alloc(sizeof *message);
    message->kind = MESSAGE_RESTORE;
    message->trials = trials;
    message->count = count;
    send_message(asker, message);
}

static void send_trial(struct asker *asker, const struct sweep_trial *trial)
{
    struct message *message = sweep_alloc(sizeof *message);
    message->kind = MESSAGE_TRIAL;
    message->params = copy_block(trial->params, asker->param_count * sizeof *trial->params);
    message->memo = copy_block(trial->memo, trial->memo_size);
    message->trial = *trial;
    message->trial.params = message->params;
    message->trial.memo = message->memo;
    send_message(asker, message);
}

void asker_know(struct asker *asker, const struct sweep_trial *trial)
{
    send_trial(asker, trial);
}

void asker_tell(struct asker *asker, const struct sweep_trial *trial)
{
    send_trial(asker, trial);
}

void asker_ask(struct asker *asker, uint64_t seed, const struct sweep_trial *request)
{
    struct message *message = sweep_alloc(sizeof *message);
    message->kind = MESSAGE_ASK;
    message->seed = seed;
    message->pending =
        copy_block(request->pending, request->pending_count * sizeof *request->pending);
    message->trial.number = request->number;
    message->trial.seen = request->seen;
    message->trial.pending = message->pending;
    message->trial.pending_count = request->pending_count;
    send_message(asker, message);
}

bool asker_take(struct asker *asker, struct asker_answer *answer)
{
    (void)pthread_mutex_lock(&asker->mutex);
    struct answer_node *node = asker->first_answer;
    if (node != NULL) {
        asker->first_answer = node->next;
        if (asker->first_answer == NULL)
            asker->last_answer = &asker->first_answer;
    } else {
        uint64_t count;
        (void)sys_read(asker->event_fd, &count, sizeof count);
    }
    (void)pthread_mutex_unlock(&asker->mutex);
    if (node == NULL)
        return false;
    *answer = node->answer;
    sweep_free(node);
    return true;
}

void asker_release_answer(struct asker_answer *answer)
{
    sweep_free(answer->params);
    sweep_free(answer->memo);
    *answer = (struct asker_answer){0};
}

int asker_fd(const struct asker *asker)
{
    return asker->event_fd;
}
