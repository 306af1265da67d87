/*
 * One client at a time: start it, read what it says, believe it or try again. Not for what an
 * engine's commands are.
 */
#include "proc/container.h"

#include <stdio.h>
#include <string.h>

#include "proc/tree.h"
#include "sweep/mem.h"

#define OUT_MAX ((size_t)1024 * 1024)

/* Engines answer within a second, but not on a box that is swapping. */
#define CLIENT_MAX_MS 20000

#define PAUSE_MIN_MS 20
#define PAUSE_MAX_MS 1000

/* A daemon that is being restarted gives no answer for a moment, and nobody needs to know. */
#define TROUBLE_AFTER 5

static char **without_mark(char *const *envp)
{
    static const char mark[] = TREE_TOKEN_VARIABLE "=";
    size_t count = 0;
    while (envp != NULL && envp[count] != NULL)
        count++;
    char **kept = sweep_alloc_array(count + 1, sizeof *kept);
    size_t end = 0;
    for (size_t i = 0; i < count; i++)
        if (strncmp(envp[i], mark, sizeof mark - 1) != 0)
            kept[end++] = envp[i];
    return kept;
}

void container_init(struct container *container, const struct container_commands *commands)
{
    *container = (struct container){.commands = commands, .pause_ms = PAUSE_MIN_MS};
    helper_init(&container->helper, OUT_MAX);
    container->envp = without_mark(commands->envp);
}

void container_release(struct container *container)
{
    helper_release(&container->helper);
    sweep_free(container->envp);
    container->envp = NULL;
}

void container_terminate(struct container *container)
{
    container->is_to_end = true;
}

void container_remove(struct container *container)
{
    container->is_to_go = true;
    container->is_gone = false;
    container->next_ms = 0;
    container->pause_ms = PAUSE_MIN_MS;
    /* What a list that is being made will say is of before, and nobody waits for politeness. */
    if (container->task == CONTAINER_LIST)
        container->task = CONTAINER_NOTHING;
    else if (container->task == CONTAINER_TERMINATE)
        container->helper.kill_ms = 0;
}

bool container_is_gone(const struct container *container)
{
    return container->is_gone;
}

bool container_is_busy(const struct container *container)
{
    return container->helper.pid > 0;
}

const char *container_trouble(const struct container *container)
{
    return container->unanswered >= TROUBLE_AFTER ? container->trouble : NULL;
}

bool container_take_status(struct container *container, pid_t pid, int status)
{
    return helper_take_status(&container->helper, pid, status);
}

/* --- a client --------------------------------------------------------------------------------- */

static char *const *command_of(const struct container *container, enum container_task task)
{
    switch (task) {
    case CONTAINER_NOTHING:
        break;
    case CONTAINER_TERMINATE:
        return container->commands->terminate;
    case CONTAINER_REMOVE:
        return container->commands->remove;
    case CONTAINER_LIST:
        return container->commands->list;
    }
    return NULL;
}

static void plan_next(struct container *container, int64_t now_ms)
{
    container->next_ms = now_ms + container->pause_ms;
    container->pause_ms =
        container->pause_ms * 2 < PAUSE_MAX_MS ? container->pause_ms * 2 : PAUSE_MAX_MS;
}

static void start_client(struct container *container, enum container_task task, int64_t now_ms)
{
    struct sweep_error err = {0};
    container->task = task;
    if (helper_start(&container->helper, command_of(container, task), container->envp,
                     now_ms + CLIENT_MAX_MS, &err))
        return;
    container->unanswered++;
    (void)snprintf(container->trouble, sizeof container->trouble, "%.255s", err.message);
    plan_next(container, now_ms);
}

/* --- what it said ----------------------------------------------------------------------------- */

static void judge_list(struct container *container, int64_t now_ms)
{
    struct helper *helper = &container->helper;
    bool is_made = helper_is_good(helper);
    container->unanswered = is_made ? 0 : container->unanswered + 1;
    container->is_gone =
        is_made && strstr(strbuf_text(&helper->out), container->commands->name) == NULL;
    if (!is_made) {
        helper_complaint(helper, container->trouble, sizeof container->trouble);
        plan_next(container, now_ms);
    }
    if (!container->is_gone)
        start_client(container, CONTAINER_REMOVE, now_ms);
}

/* The client is gone, and all that it said is read. */
static void judge(struct container *container, int64_t now_ms)
{
    enum container_task task = container->task;
    container->task = CONTAINER_NOTHING;
    switch (task) {
    case CONTAINER_NOTHING:
        break;
    case CONTAINER_TERMINATE:
        if (helper_is_good(&container->helper))
            container->is_to_end = false;
        else
            plan_next(container, now_ms); /* it may not be there yet */
        break;
    case CONTAINER_REMOVE:
        if (container->next_ms <= now_ms)
            plan_next(container, now_ms);
        break;
    case CONTAINER_LIST:
        judge_list(container, now_ms);
        break;
    }
}

/* --- the whole -------------------------------------------------------------------------------- */

static enum container_task wanted(const struct container *container)
{
    if (container->is_to_go && !container->is_gone)
        return CONTAINER_LIST;
    return container->is_to_end && !container->is_to_go ? CONTAINER_TERMINATE : CONTAINER_NOTHING;
}

void container_step(struct container *container, int64_t now_ms)
{
    if (container->helper.pid > 0 && helper_step(&container->helper, now_ms))
        judge(container, now_ms);
    enum container_task task = wanted(container);
    if (container->helper.pid == 0 && now_ms >= container->next_ms && task != CONTAINER_NOTHING)
        start_client(container, task, now_ms);
    container->look_ms = now_ms + HELPER_LOOK_MS;
}

int64_t container_deadline(const struct container *container)
{
    if (container->helper.pid > 0)
        return container->look_ms;
    return wanted(container) != CONTAINER_NOTHING ? container->next_ms : INT64_MAX;
}
