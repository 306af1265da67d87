/*
 * The container of an attempt, as far as the back end has to do with it: it can outlive the shim
 * and the client that started it, and nothing that is known of their processes tells.
 *
 * While an attempt that was launched here is not over, its leases are held here too: the container
 * cannot inherit them, and the processes that do can be killed.
 */
#include "exec/local.h"

#include <fcntl.h>
#include <string.h>

#include "base/array.h"
#include "base/file.h"
#include "base/sys.h"
#include "exec/container/engine.h"
#include "journal/handshake.h"
#include "proc/container.h"
#include "sweep/mem.h"

struct remnant {
    struct arena arena;
    struct container_commands commands;
    struct container container;
    bool is_going;
    int leases[SPEC_LEASES_MAX]; /* [lease_count] */
    uint32_t lease_count;
};

static char **copy_vector(struct arena *arena, char *const *items)
{
    size_t count = 0;
    while (items[count] != NULL)
        count++;
    char **copy = arena_alloc_array(arena, count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = arena_strdup(arena, items[i]);
    return copy;
}

/* Its files may be gone when it is needed: everything is copied. */
static struct remnant *make(const struct spec_container *container, char *const *envp)
{
    struct remnant *remnant = sweep_alloc(sizeof *remnant);
    struct arena *arena = &remnant->arena;
    remnant->commands =
        (struct container_commands){.name = arena_strdup(arena, container->name),
                                    .terminate = copy_vector(arena, container->terminate),
                                    .remove = copy_vector(arena, container->remove),
                                    .list = copy_vector(arena, container->list),
                                    .envp = copy_vector(arena, envp)};
    container_init(&remnant->container, &remnant->commands);
    return remnant;
}

void remnant_begin(struct local_attempt *attempt, const struct backend_launch *launch)
{
    const struct spec *spec = launch->spec;
    if (spec->container.name == NULL)
        return;
    struct remnant *remnant = make(&spec->container, spec->envp);
    for (uint32_t i = 0; i < spec->lease_count; i++) {
        int fd = fcntl(launch->leases[i], F_DUPFD_CLOEXEC, 0);
        if (fd >= 0)
            remnant->leases[remnant->lease_count++] = fd;
    }
    attempt->remnant = remnant;
}

/* Whoever can write its directory can remove its spec; the token is in the database. */
static void adopt_unknown(struct backend_state *state, struct local_attempt *attempt)
{
    const struct container_settings *settings = state->settings.containers;
    struct arena arena = {0};
    struct spec_container container = {0};
    if (settings == NULL || settings->engine == NULL)
        return;
    container_reach(&arena, settings, attempt->identity.token, &container);
    if (container.name != NULL)
        attempt->remnant = make(&container, state->settings.environment);
    arena_release(&arena);
}

void remnant_adopt(struct backend_state *state, struct local_attempt *attempt)
{
    char name[HANDSHAKE_NAME_MAX];
    struct arena arena = {0};
    struct spec spec;
    handshake_file_name(HANDSHAKE_SPEC, attempt->identity.key.number, name);
    strbuf_reset(&state->bytes);
    bool is_known = attempt->dir_fd >= 0 && file_read(attempt->dir_fd, name, &state->bytes, NULL) &&
                    spec_parse(&arena, strbuf_view(&state->bytes), &spec, NULL) &&
                    strcmp(spec.token, attempt->identity.token) == 0;
    if (!is_known)
        adopt_unknown(state, attempt);
    else if (spec.container.name != NULL)
        attempt->remnant = make(&spec.container, spec.envp);
    arena_release(&arena);
}

bool remnant_is_gone(struct backend_state *state, struct local_attempt *attempt)
{
    struct remnant *remnant = attempt->remnant;
    if (remnant == NULL)
        return true;
    if (!remnant->is_going)
        container_remove(&remnant->container);
    remnant->is_going = true;
    container_step(&remnant->container, state->now_ms);
    return container_is_gone(&remnant->container) && !container_is_busy(&remnant->container);
}

/* Somebody who could start it was alive until now. */
void remnant_suspect(struct local_attempt *attempt)
{
    if (attempt->remnant != NULL)
        attempt->remnant->is_going = false;
}

int64_t remnant_deadline(const struct local_attempt *attempt)
{
    return container_deadline(&attempt->remnant->container);
}

bool remnant_has_client(const struct local_attempt *attempt, pid_t pid)
{
    return attempt->remnant != NULL && attempt->remnant->container.helper.pid == pid;
}

void remnant_release(struct local_attempt *attempt)
{
    struct remnant *remnant = attempt->remnant;
    if (remnant == NULL)
        return;
    for (uint32_t i = 0; i < remnant->lease_count; i++)
        sys_close(remnant->leases[i]);
    container_release(&remnant->container);
    arena_release(&remnant->arena);
    sweep_free(remnant);
    attempt->remnant = NULL;
}
