/*
 * Puts proc/container.h and the keeper together. When what is to happen is supervise.c's.
 */
#include "shim/contained.h"

/* When its container is gone, or so much later, an engine's client is killed too. */
#define CLIENT_GRACE_MS 5000

void contained_init(struct contained *contained, const struct spec *spec)
{
    *contained = (struct contained){
        .spec = spec, .exists = spec->container.name != NULL, .commands = keeper_commands(spec)};
    container_init(&contained->container, &contained->commands);
}

void contained_release(struct contained *contained)
{
    container_release(&contained->container);
}

void contained_start(struct contained *contained)
{
    keeper_start(&contained->keeper, contained->spec);
}

bool contained_kill(struct contained *contained, int64_t now_ms)
{
    if (!contained->exists)
        return false;
    if (!contained->is_killing) {
        contained->is_killing = true;
        contained->client_kill_ms = now_ms + CLIENT_GRACE_MS;
        container_remove(&contained->container);
    }
    return now_ms < contained->client_kill_ms && !container_is_gone(&contained->container);
}

void contained_remove(struct contained *contained)
{
    if (contained->exists)
        container_remove(&contained->container);
}

bool contained_is_there(const struct contained *contained)
{
    const struct container *container = &contained->container;
    return contained->exists && (!container_is_gone(container) || container_is_busy(container));
}

int64_t contained_deadline(const struct contained *contained, int64_t other_ms)
{
    int64_t deadline_ms = container_deadline(&contained->container);
    return deadline_ms < other_ms ? deadline_ms : other_ms;
}

const char *contained_trouble(struct contained *contained)
{
    const char *trouble = contained->is_said ? NULL : container_trouble(&contained->container);
    contained->is_said = contained->is_said || trouble != NULL;
    return trouble;
}

void contained_dismiss(struct contained *contained)
{
    keeper_dismiss(&contained->keeper);
}
