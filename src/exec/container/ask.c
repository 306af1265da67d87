/*
 * Short questions to engines' clients.
 */
#include "exec/container/ask.h"

#include <stdio.h>
#include <string.h>

#include "proc/helper.h"

#define ANSWER_MAX    4096
#define ANSWER_MAX_MS 10000

/* The first line, without the name that runc and apptainer put in front. */
static void take_version(const char *text, struct ask_state *state)
{
    static const char word[] = "version ";
    (void)snprintf(state->version, sizeof state->version, "%.*s", (int)strcspn(text, "\n"), text);
    const char *found = strstr(state->version, word);
    if (found != NULL)
        memmove(state->version, found + sizeof word - 1, strlen(found + sizeof word - 1) + 1);
    state->version[strcspn(state->version, " ")] = '\0';
}

bool ask_engine(const struct container_engine *engine, char *const *environment,
                struct ask_state *state, struct sweep_error *err)
{
    struct arena arena = {0};
    struct helper helper;
    struct sweep_error reason = {0};
    *state = (struct ask_state){0};
    helper_init(&helper, ANSWER_MAX);
    char **argv = container_engine_command(&arena, engine->version, NULL, NULL);
    bool works = helper_run(&helper, argv, environment, ANSWER_MAX_MS, &reason);
    if (works) {
        state->is_mapped = strstr(strbuf_text(&helper.out), "name=rootless") != NULL;
        take_version(strbuf_text(&helper.out), state);
    }
    helper_release(&helper);
    arena_release(&arena);
    if (works)
        return true;
    if (reason.code == SWEEP_NOT_FOUND)
        return sweep_error_set(err, SWEEP_NOT_FOUND,
                               "%s is not installed: there is no program of "
                               "that name on the PATH",
                               engine->name);
    return sweep_error_set(err, SWEEP_BAD_INPUT, "%s does not work here (%s): %s", engine->name,
                           reason.message, engine->install);
}

bool ask_image(const struct container_engine *engine, const char *image, char *const *environment,
               struct sweep_error *err)
{
    struct arena arena = {0};
    struct helper helper;
    if (engine->look[0] == NULL)
        return true;
    helper_init(&helper, ANSWER_MAX);
    char **argv = container_engine_command(&arena, engine->look, NULL, image);
    bool is_here = helper_run(&helper, argv, environment, ANSWER_MAX_MS, NULL);
    helper_release(&helper);
    arena_release(&arena);
    return is_here || sweep_error_set(err, SWEEP_BAD_INPUT,
                                      "the image '%s' is not on this machine, and trials do not "
                                      "fetch it: %s %s",
                                      image, engine->fetch, image);
}
