/*
 * Starting a runner that outlives this command. What a runner does is session.c's.
 */
#include "cli/run/background.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/clock.h"
#include "base/sys.h"
#include "cli/output.h"
#include "directory/directory.h"
#include "directory/locate.h"
#include "proc/spawn.h"
#include "view/term/text.h"
#include "json/json.h"

#define PATIENCE_MS 10000
#define LOOK_MS     20
#define LOG_MODE    0600
#define TAIL_BYTES  2048

static int open_log(const struct background_start *start, int flags, struct sweep_error *err)
{
    struct strbuf path;
    strbuf_init(&path, PATH_MAX);
    strbuf_printf(&path, "%s/" BACKGROUND_LOG, start->path);
    int fd = sys_open(AT_FDCWD, strbuf_text(&path), flags | O_NOFOLLOW | O_NOCTTY, LOG_MODE);
    if (fd < 0)
        sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open %s", strbuf_text(&path));
    strbuf_release(&path);
    return fd;
}

static bool spawn(const struct background_start *start, int log_fd, pid_t *pid,
                  struct sweep_error *err)
{
    char self[PATH_MAX];
    bool is_known = realpath("/proc/self/exe", self) != NULL;
    int null_fd = sys_open(AT_FDCWD, "/dev/null", O_RDONLY, 0);
    const struct spawn_descriptor descriptors[] = {{null_fd, 0}, {log_fd, 1}, {log_fd, 2}};
    const struct spawn_request request = {
        .path = self,
        .argv = start->argv,
        .envp = start->environment,
        .new_session = true,
        .descriptors = descriptors,
        .descriptor_count = sizeof descriptors / sizeof descriptors[0],
    };
    bool done = is_known && null_fd >= 0
                    ? spawn_process(&request, pid, NULL, err)
                    : sweep_error_set_errno(err, SWEEP_SPAWN, errno, "cannot start a runner");
    sys_close(null_fd);
    return done;
}

/* What an exit status was made of. */
static enum sweep_code code_of(int status)
{
    static const enum sweep_code codes[] = {
        [STATUS_USAGE] = SWEEP_BAD_INPUT,
        [STATUS_BUSY] = SWEEP_BUSY,
        [STATUS_NOT_FOUND] = SWEEP_NOT_FOUND,
        [STATUS_UNFINISHED] = SWEEP_NO_SPACE,
    };
    size_t exit_code = WIFEXITED(status) ? (size_t)WEXITSTATUS(status) : 0;
    bool is_known = exit_code < ARRAY_LENGTH(codes) && codes[exit_code] != SWEEP_OK;
    return is_known ? codes[exit_code] : SWEEP_SPAWN;
}

/* The last line that it wrote: why it ended. */
static bool fail_ended(const struct background_start *start, int status, struct sweep_error *err)
{
    char bytes[TAIL_BYTES + 1] = "";
    int fd = open_log(start, O_RDONLY, NULL);
    off_t end = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
    off_t from = end > TAIL_BYTES ? end - TAIL_BYTES : 0;
    ssize_t size = fd >= 0 ? pread(fd, bytes, TAIL_BYTES, from) : 0;
    sys_close(fd);
    while (size > 0 && bytes[size - 1] == '\n')
        size--;
    bytes[size > 0 ? size : 0] = '\0';
    static const char prefix[] = "sweep: ";
    const char *line = strrchr(bytes, '\n');
    line = line != NULL ? line + 1 : bytes;
    if (strncmp(line, prefix, sizeof prefix - 1) == 0)
        line += sizeof prefix - 1;
    return sweep_error_set(err, code_of(status), "%s", line);
}

static bool is_runner(const char *path, pid_t pid)
{
    struct directory_runner runner;
    return directory_find_runner(path, &runner) && runner.pid == pid;
}

static bool wait_for_runner(const struct background_start *start, pid_t pid,
                            struct sweep_error *err)
{
    int64_t end_ms = clock_boot_ms() + PATIENCE_MS;
    while (!is_runner(start->path, pid)) {
        int status;
        if (waitpid(pid, &status, WNOHANG) == pid) {
            bool was_quick = WIFEXITED(status) && WEXITSTATUS(status) == 0;
            return was_quick || fail_ended(start, status, err);
        }
        if (clock_boot_ms() > end_ms)
            return sweep_error_set(err, SWEEP_SPAWN,
                                   "process %ld was started and is not its runner yet; see "
                                   "%s/" BACKGROUND_LOG,
                                   (long)pid, start->path);
        (void)poll(NULL, 0, LOOK_MS);
    }
    return true;
}

bool background_start(const struct background_start *start, pid_t *pid, struct sweep_error *err)
{
    int log_fd = open_log(start, O_WRONLY | O_CREAT | O_APPEND, err);
    bool done = log_fd >= 0 && spawn(start, log_fd, pid, err) && wait_for_runner(start, *pid, err);
    sys_close(log_fd);
    return done;
}

/* --- a sweep's runner --------------------------------------------------------------------------
 */

bool background_resume(const struct invocation *call, const char *path, pid_t *pid,
                       struct sweep_error *err)
{
    struct arena arena = {0};
    const struct options *options = &call->options;
    char *argv[8];
    size_t count = 0;
    argv[count++] = arena_strdup(&arena, "sweep");
    argv[count++] = arena_strdup(&arena, "resume");
    if (options->on_term != NULL)
        argv[count++] = arena_printf(&arena, "--on-term=%s", options->on_term);
    if (options->verbose)
        argv[count++] = arena_strdup(&arena, "--verbose");
    argv[count++] = arena_strdup(&arena, "--");
    argv[count++] = arena_strdup(&arena, path);
    argv[count] = NULL;
    const struct background_start background = {path, argv, call->environment};
    bool done = background_start(&background, pid, err);
    arena_release(&arena);
    return done;
}

static void append_json(const char *path, const struct sweep_error *reason, pid_t pid,
                        struct strbuf *out)
{
    struct json_writer w;
    bool is_started = reason->code == SWEEP_OK;
    json_init(&w, out);
    json_begin_object(&w);
    json_member_string(&w, "sweep", locate_operand(path));
    json_member_boolean(&w, "started", is_started);
    json_key(&w, "pid");
    is_started ? json_put_integer(&w, pid) : json_put_null(&w);
    json_member_string(&w, "error", is_started ? NULL : reason->message);
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}

static void append_text(const char *path, const struct sweep_error *reason, pid_t pid,
                        struct strbuf *out)
{
    text_append_safe(out, strview_of(locate_operand(path)));
    if (reason->code == SWEEP_OK)
        strbuf_printf(out, ": goes on in the background (process %ld); what it says: ", (long)pid);
    else
        strbuf_append_text(out, ": could not be started: ");
    if (reason->code == SWEEP_OK) {
        text_append_safe(out, strview_of(path));
        strbuf_append_text(out, "/" BACKGROUND_LOG);
    } else {
        text_append_safe(out, strview_of(reason->message));
    }
    strbuf_append_char(out, '\n');
}

void background_append(const struct invocation *call, const char *path, pid_t pid,
                       const struct sweep_error *reason, struct strbuf *out)
{
    (call->options.json ? append_json : append_text)(path, reason, pid, out);
}

bool background_deliver(const struct invocation *call, const char *path, struct sweep_error *err)
{
    const struct sweep_error fine = {0};
    struct strbuf text;
    pid_t pid = 0;

    if (!background_resume(call, path, &pid, err))
        return false;
    strbuf_init(&text, OUTPUT_MAX);
    background_append(call, path, pid, &fine, &text);
    bool done = output_print(&text, err);
    strbuf_release(&text);
    return done;
}
