/*
 * The side of a request that asks. The side that does it is run/requests.c.
 */
#include "cli/ask/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/say.h"
#include "base/sys.h"
#include "cli/output.h"
#include "directory/directory.h"
#include "directory/locate.h"
#include "session/session.h"
#include "store/store.h"
#include "view/term/text.h"
#include "json/json.h"

#define PATIENCE_MS 5000
#define LOOK_MS     20
#define TEXT_MAX    4096

/* How the waiting stands. */
struct wait {
    int control_fd;
    struct sweep_error busy; /* who else has it, if anybody */
};

static bool write_request(struct asking *asking, const struct wait *wait, struct sweep_error *err)
{
    uint64_t drawn;
    if (getrandom(&drawn, sizeof drawn, 0) != (ssize_t)sizeof drawn)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot draw random bytes");
    request_draw_id(&asking->request, drawn, clock_wall_us());
    return request_write(wait->control_fd, &asking->request, err);
}

static bool open_control(const struct asking *asking, struct arena *arena, struct wait *wait,
                         struct sweep_error *err)
{
    const char *path = arena_printf(arena, "%s/" REQUEST_DIRECTORY, asking->path);
    wait->control_fd = sys_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (wait->control_fd >= 0)
        return true;
    return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot open %s", path);
}

/* Do what lies there, if nobody else has the sweep. The time of its lock says when the sweep was
 * last run, by which the latest is found: this is no run. */
static bool try_to_serve(const struct asking *asking, struct wait *wait, struct sweep_error *err)
{
    struct session session = {.environment = asking->call->environment,
                              .need = CONFIG_MAY_LACK_COMMAND};
    struct sweep_error reason = {0};
    struct stat lock = {0};
    bool has_lock = fstatat(wait->control_fd, "../runner.lock", &lock, AT_SYMLINK_NOFOLLOW) == 0;
    bool served = session_open(&session, asking->path, &reason) && session_serve(&session, &reason);
    session_close(&session);
    const struct timespec times[] = {{.tv_nsec = UTIME_OMIT}, lock.st_mtim};
    if (has_lock && served)
        (void)utimensat(wait->control_fd, "../runner.lock", times, AT_SYMLINK_NOFOLLOW);
    if (served || reason.code == SWEEP_BUSY) {
        wait->busy = reason;
        return true;
    }
    *err = reason;
    return false;
}

static bool wait_for_answer(const struct asking *asking, struct wait *wait, struct sweep_error *err)
{
    int64_t end_ms = clock_boot_ms() + PATIENCE_MS;
    const char *id = asking->request.id;
    while (request_is_there(wait->control_fd, id) && clock_boot_ms() < end_ms) {
        if (!directory_is_locked(asking->path) && !try_to_serve(asking, wait, err)) {
            (void)request_remove(wait->control_fd, id);
            return false;
        }
        if (request_is_there(wait->control_fd, id))
            (void)poll(NULL, 0, LOOK_MS);
    }
    return true;
}

static bool load_answer(const struct asking *asking, struct arena *arena, struct answer *answer,
                        struct sweep_error *err)
{
    const char *path = arena_printf(arena, "%s/" LOCATE_DATABASE, asking->path);
    struct store_request found = {0};
    struct store *store = store_open(path, STORE_READ, err);
    bool loaded =
        store != NULL && store_find_request(store, arena, asking->request.id, &found, err);
    store_close(store);
    if (loaded && found.id == NULL)
        loaded = sweep_error_set(err, SWEEP_IO,
                                 "the request was removed from %s/" REQUEST_DIRECTORY
                                 " and nobody did it",
                                 asking->path);
    *answer = (struct answer){.is_answered = loaded,
                              .is_done = found.is_done,
                              .trial = found.trial,
                              .reply = found.reply};
    return loaded;
}

static const char *explain_silence(const struct asking *asking, const struct wait *wait,
                                   struct arena *arena)
{
    struct directory_runner runner;
    const char *later =
        "what was asked for stays in " REQUEST_DIRECTORY "/ and is done as soon as it can be";
    if (!directory_find_runner(asking->path, &runner))
        return arena_printf(arena, "no answer: %s; %s",
                            wait->busy.code != SWEEP_OK ? wait->busy.message : "it is busy", later);
    if (runner.is_suspended)
        return arena_printf(arena,
                            "its runner (process %ld) is suspended and does not answer; wake it "
                            "with: kill -CONT %ld; %s",
                            (long)runner.pid, (long)runner.pid, later);
    return arena_printf(arena,
                        "its runner (process %ld) does not answer; perhaps the disk is full; %s",
                        (long)runner.pid, later);
}

bool ask(struct asking *asking, struct arena *arena, struct answer *answer, struct sweep_error *err)
{
    struct wait wait = {.control_fd = -1};
    *answer = (struct answer){.trial = asking->request.trial};
    bool done = open_control(asking, arena, &wait, err) && write_request(asking, &wait, err) &&
                wait_for_answer(asking, &wait, err);
    if (done && request_is_there(wait.control_fd, asking->request.id))
        answer->reply = explain_silence(asking, &wait, arena);
    else if (done)
        done = load_answer(asking, arena, answer, err);
    sys_close(wait.control_fd);
    return done;
}

/* --- saying it -------------------------------------------------------------------------------- */

static void append_json(const struct asking *asking, const struct answer *answer,
                        struct strbuf *out)
{
    struct json_writer w;
    json_init(&w, out);
    json_begin_object(&w);
    json_member_string(&w, "sweep", locate_operand(asking->path));
    json_member_string(&w, "request", request_verb_name(asking->request.verb));
    json_key(&w, "trial");
    answer->trial > 0 ? json_put_unsigned(&w, answer->trial) : json_put_null(&w);
    json_member_boolean(&w, "answered", answer->is_answered);
    json_member_boolean(&w, "done", answer->is_done);
    json_member_string(&w, "text", answer->reply);
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}

static void append_text(const struct asking *asking, const struct answer *answer, const char *more,
                        struct strbuf *out)
{
    strbuf_append_text(out, answer->is_done ? "" : "sweep: ");
    text_append_safe(out, strview_of(locate_operand(asking->path)));
    strbuf_append_text(out, ": ");
    text_append_safe_lines(out, strview_of(answer->reply));
    strbuf_append_char(out, '\n');
    if (answer->is_done && more != NULL) {
        text_append_safe_lines(out, strview_of(more));
        strbuf_append_char(out, '\n');
    }
}

bool answer_deliver(const struct asking *asking, const struct answer *answer, const char *more,
                    enum exit_status *status, struct sweep_error *err)
{
    bool done = true;
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    bool is_mistake = asking->request.verb == REQUEST_SET; /* all that a set is refused for */
    *status = answer->is_done        ? STATUS_OK
              : !answer->is_answered ? STATUS_UNFINISHED
              : is_mistake           ? STATUS_USAGE
                                     : STATUS_NO_RESULT;
    if (asking->call->options.json)
        append_json(asking, answer, &text);
    else
        append_text(asking, answer, more, &text);
    if (answer->is_done || asking->call->options.json)
        done = output_print(&text, err);
    else
        say(&text);
    strbuf_release(&text);
    return done;
}
