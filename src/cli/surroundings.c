/*
 * Asks the system about itself. Decides nothing but how a screen is treated.
 */
#include "cli/surroundings.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/array.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "base/sys.h"
#include "base/variable.h"

/* Where the shim may be, seen from the folder of our own executable. */
static const char *const SHIM_PLACES[] = {
    "sweep-shim",
    "../libexec/sweep-hpo/sweep-shim",
    "../lib/sweep-hpo/sweep-shim",
};

/* Narrower screens get plain lines only. */
#define REDRAW_WIDTH_MIN 20

static bool is_set(char *const *environment, const char *name)
{
    const char *value = variable_find(environment, name);
    return value != NULL && *value != '\0';
}

/* As the C library would choose the locale, which nothing here sets. */
static bool is_utf8(char *const *environment)
{
    static const char *const VARIABLES[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    for (size_t i = 0; i < ARRAY_LENGTH(VARIABLES); i++) {
        if (!is_set(environment, VARIABLES[i]))
            continue;
        const char *value = variable_find(environment, VARIABLES[i]);
        return strstr(value, "UTF-8") != NULL || strstr(value, "utf8") != NULL;
    }
    return false;
}

struct terminal surroundings_terminal(char *const *environment, int fd)
{
    struct terminal terminal = {.utf8 = is_utf8(environment)};
    struct winsize size;
    uint64_t columns;
    const char *wanted = variable_find(environment, "COLUMNS");
    const char *type = variable_find(environment, "TERM");

    bool is_screen = isatty(fd) && type != NULL && strcmp(type, "dumb") != 0;
    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0) {
        terminal.width = size.ws_col;
        terminal.height = size.ws_row;
    }
    if (wanted != NULL && number_parse_uint64(strview_of(wanted), &columns) == NUMBER_OK &&
        columns < 10000)
        terminal.width = columns;
    terminal.colour = is_screen && !is_set(environment, "NO_COLOR");
    terminal.redraws =
        is_screen && terminal.width >= REDRAW_WIDTH_MIN && !is_set(environment, "CI");
    return terminal;
}

bool surroundings_is_foreground(void)
{
    return tcgetpgrp(STDOUT_FILENO) == getpgrp();
}

const char *surroundings_supervisor(char *const *environment)
{
    static const struct {
        const char *variable;
        const char *file;
        const char *name;
    } SIGNS[] = {
        {"SLURM_JOB_ID", NULL, "Slurm"},
        {"INVOCATION_ID", NULL, "systemd"},
        {"container", NULL, "a container"},
        {NULL, "/.dockerenv", "a container"},
        {NULL, "/run/.containerenv", "a container"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(SIGNS); i++) {
        if (SIGNS[i].variable != NULL && is_set(environment, SIGNS[i].variable))
            return SIGNS[i].name;
        if (SIGNS[i].file != NULL && access(SIGNS[i].file, F_OK) == 0)
            return SIGNS[i].name;
    }
    return NULL;
}

/* @param[out] self  [PATH_MAX] our executable */
static bool read_self(char *self, struct sweep_error *err)
{
    ssize_t length = readlink("/proc/self/exe", self, PATH_MAX - 1);
    if (length <= 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot read /proc/self/exe");
    self[length] = '\0';
    return true;
}

const char *surroundings_program(struct arena *arena, struct sweep_error *err)
{
    char self[PATH_MAX];
    return read_self(self, err) ? arena_strdup(arena, self) : NULL;
}

int surroundings_open_shim(struct sweep_error *err)
{
    char self[PATH_MAX];
    if (!read_self(self, err))
        return -1;
    *strrchr(self, '/') = '\0';
    for (size_t i = 0; i < ARRAY_LENGTH(SHIM_PLACES); i++) {
        struct strbuf path;
        char real[PATH_MAX];
        strbuf_init(&path, PATH_MAX);
        strbuf_printf(&path, "%s/%s", self, SHIM_PLACES[i]);
        bool exists = realpath(strbuf_text(&path), real) != NULL && access(real, X_OK) == 0;
        strbuf_release(&path);
        if (exists)
            return sys_open(AT_FDCWD, real, O_PATH, 0);
    }
    sweep_error_set(err, SWEEP_NOT_FOUND,
                    "the program sweep-shim is not next to sweep in %s nor in %s/%s; install both",
                    self, self, SHIM_PLACES[1]);
    return -1;
}
