/*
 * GPUs as text and as JSON. What they are is box/gpu's.
 */
#include "cli/care/gpus.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/care/aside.h"
#include "cli/care/holders.h"
#include "session/gpu_look.h"
#include "view/term/text.h"
#include "json/json.h"

#define NAME_MAX_BYTES 64 /* of a process; the kernel has 16 */
#define PIDS_SHOWN     4
#define MIB            (UINT64_C(1) << 20)

/* All that is known of the box. */
struct picture {
    struct gpu_list list;
    size_t hidden; /* GPUs that we may not use */
    struct asides asides;
    struct holder holders[GPU_MAX]; /* [list.count] */
};

/* As gpu_judge() says, and one more. */
#define LEASED "leased"

static const char *const STATE_NAMES[] = {[GPU_FREE] = "free",
                                          [GPU_COMPUTES] = "busy",
                                          [GPU_FILLED] = "busy",
                                          [GPU_UNUSABLE] = "unusable"};

/* --- who uses it ------------------------------------------------------------------------------ */

/* `4242 (python, anna)`; a process of another container is a number only, if that. */
static void append_process(pid_t pid, struct strbuf *out)
{
    char path[64];
    struct stat status;
    struct strbuf name;
    strbuf_printf(out, "%ld", (long)pid);
    (void)snprintf(path, sizeof path, "/proc/%ld/comm", (long)pid);
    strbuf_init(&name, NAME_MAX_BYTES);
    if (file_read(AT_FDCWD, path, &name, NULL) && stat(path, &status) == 0) {
        const struct passwd *owner = getpwuid(status.st_uid);
        struct strview view = strbuf_view(&name);
        view.size -= view.size > 0; /* its newline */
        strbuf_append_text(out, " (");
        text_append_safe(out, view);
        if (owner != NULL)
            strbuf_printf(out, ", %s", owner->pw_name);
        strbuf_append_char(out, ')');
    }
    strbuf_release(&name);
}

static void append_processes(const struct gpu *gpu, struct strbuf *out)
{
    strbuf_append_text(out, gpu->pid_count == 1 ? "process " : "processes ");
    for (size_t i = 0; i < gpu->pid_count && i < PIDS_SHOWN; i++) {
        strbuf_append_text(out, i > 0 ? ", " : "");
        append_process(gpu->pids[i], out);
    }
    if (gpu->pid_count > PIDS_SHOWN)
        strbuf_printf(out, " and %zu more", gpu->pid_count - PIDS_SHOWN);
    strbuf_append_text(out, gpu->pid_count == 1 ? " computes on it" : " compute on it");
}

static void append_gib(uint64_t bytes, struct strbuf *out)
{
    uint64_t mib = bytes / MIB;
    strbuf_printf(out, "%" PRIu64 ".%" PRIu64 " GiB", mib / 1024, mib % 1024 * 10 / 1024);
}

/* Who has it of all sweeps, or how much of it. */
static void append_holder(const struct holder *holder, struct strbuf *out)
{
    const char *user = holder->user[0] != '\0' ? holder->user : "another user";
    if (holder->percent >= 100)
        strbuf_append_text(out, "a trial of ");
    else
        strbuf_printf(out, "%u%% of it is leased to trials of ", holder->percent);
    text_append_safe(out, strview_of(user));
    strbuf_append_text(out, holder->percent >= 100 ? " has it" : ", and another would get a part");
}

/* Why it is as it is, in words. */
static void append_reason(const struct gpu *gpu, const struct holder *holder, struct strbuf *out)
{
    switch (gpu_judge(gpu)) {
    case GPU_FREE:
        if (holder->percent > 0)
            append_holder(holder, out);
        else
            strbuf_append_text(out, "a trial would get it");
        break;
    case GPU_COMPUTES:
        append_processes(gpu, out);
        break;
    case GPU_FILLED:
        append_gib(gpu->used_bytes, out);
        strbuf_append_text(out, " are taken, by a process that we cannot see");
        break;
    case GPU_UNUSABLE:
        text_append_safe(out, strview_of(gpu->trouble));
        break;
    }
}

/* --- for people ------------------------------------------------------------------------------- */

static void append_sensors(const struct gpu *gpu, struct strbuf *out)
{
    if (gpu->memory_bytes > 0) {
        append_gib(gpu->used_bytes, out);
        strbuf_append_text(out, " of ");
        append_gib(gpu->memory_bytes, out);
        strbuf_append_text(out, " in use");
    }
    if (gpu->busy_percent >= 0)
        strbuf_printf(out, ", %" PRId64 "%% busy", gpu->busy_percent);
    if (gpu->temperature_c >= 0)
        strbuf_printf(out, ", %" PRId64 " C", gpu->temperature_c);
    if (gpu->power_mw >= 0)
        strbuf_printf(out, ", %" PRId64 " W", gpu->power_mw / 1000);
    if (gpu->ecc_errors > 0)
        strbuf_printf(out, ", %" PRId64 " memory errors", gpu->ecc_errors);
}

static const char *state_name(const struct gpu *gpu, const struct holder *holder)
{
    enum gpu_state state = gpu_judge(gpu);
    return state == GPU_FREE && holder->percent >= 100 ? LEASED : STATE_NAMES[state];
}

static void append_asides(const struct gpu *gpu, const struct asides *asides, struct strbuf *out)
{
    for (size_t i = 0; i < asides->count; i++) {
        if (!aside_is_of(&asides->items[i], gpu))
            continue;
        strbuf_append_text(out, "\n               ");
        aside_append(&asides->items[i], out);
    }
}

static void append_gpu(const struct picture *picture, size_t index, struct strbuf *out)
{
    const struct gpu *gpu = &picture->list.items[index];
    const struct holder *holder = &picture->holders[index];
    strbuf_printf(out, "%3u  %-8s  ", gpu->index, state_name(gpu, holder));
    text_append_safe(out, strview_of(gpu->name));
    strbuf_append_text(out, "  ");
    text_append_safe(out, strview_of(gpu->uuid));
    strbuf_append_text(out, "\n               ");
    append_reason(gpu, holder, out);
    if (holder->percent > 0 && gpu_judge(gpu) != GPU_FREE) {
        strbuf_append_text(out, "\n               ");
        append_holder(holder, out);
    }
    if (gpu->memory_bytes > 0 || gpu->busy_percent >= 0) {
        strbuf_append_text(out, "\n               ");
        append_sensors(gpu, out);
    }
    append_asides(gpu, &picture->asides, out);
    strbuf_append_char(out, '\n');
}

static void append_list(const struct picture *picture, struct strbuf *out)
{
    const struct gpu_list *list = &picture->list;
    size_t hidden = picture->hidden;
    if (list->count == 0)
        strbuf_append_text(out, "no GPU");
    else
        strbuf_printf(out, "%zu GPU%s, %zu free (%s%s%s)", list->count, list->count == 1 ? "" : "s",
                      holders_count_free(picture->holders, list), list->source,
                      list->driver[0] != '\0' ? ", driver " : "", list->driver);
    if (hidden > 0)
        strbuf_printf(out, "; %zu more that CUDA_VISIBLE_DEVICES or its kin keep from us", hidden);
    else if (list->count == 0)
        strbuf_append_text(out, ": neither NVIDIA's library nor nvidia-smi nor AMD's driver "
                                "knows one");
    strbuf_append_char(out, '\n');
    for (size_t i = 0; i < list->count; i++)
        append_gpu(picture, i, out);
}

/* --- for programs ----------------------------------------------------------------------------- */

static void put_known(struct json_writer *w, const char *key, int64_t value)
{
    json_key(w, key);
    if (value >= 0)
        json_put_integer(w, value);
    else
        json_put_null(w);
}

static void write_asides(const struct gpu *gpu, const struct asides *asides, struct json_writer *w)
{
    json_key(w, "put_aside");
    json_begin_array(w);
    for (size_t i = 0; i < asides->count; i++) {
        const struct aside *aside = &asides->items[i];
        char at[CLOCK_TEXT_MAX];
        if (!aside_is_of(aside, gpu))
            continue;
        clock_format_utc(aside->at_us, at);
        json_begin_object(w);
        json_member_string(w, "sweep", aside->sweep);
        json_member_string(w, "at", at);
        json_member_unsigned(w, "trial", aside->trial);
        json_member_string(w, "reason", aside->reason);
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_gpu(const struct picture *picture, size_t index, struct json_writer *w)
{
    const struct gpu *gpu = &picture->list.items[index];
    const struct holder *holder = &picture->holders[index];
    struct strbuf reason;
    strbuf_init(&reason, 4096);
    append_reason(gpu, holder, &reason);
    json_begin_object(w);
    json_member_unsigned(w, "index", gpu->index);
    json_member_string(w, "uuid", gpu->uuid);
    json_member_string(w, "name", gpu->name);
    json_member_string(w, "state", state_name(gpu, holder));
    json_member_string_view(w, "reason", strbuf_view(&reason));
    json_member_unsigned(w, "leased_percent", holder->percent);
    put_known(w, "memory_bytes", gpu->memory_bytes > 0 ? (int64_t)gpu->memory_bytes : GPU_UNKNOWN);
    put_known(w, "used_bytes", gpu->memory_bytes > 0 ? (int64_t)gpu->used_bytes : GPU_UNKNOWN);
    put_known(w, "busy_percent", gpu->busy_percent);
    put_known(w, "temperature_c", gpu->temperature_c);
    put_known(w, "power_mw", gpu->power_mw);
    put_known(w, "energy_mj", gpu->energy_mj);
    put_known(w, "ecc_errors", gpu->ecc_errors);
    json_key(w, "pids");
    json_begin_array(w);
    for (size_t i = 0; i < gpu->pid_count; i++)
        json_put_integer(w, gpu->pids[i]);
    json_end_array(w);
    write_asides(gpu, &picture->asides, w);
    json_end_object(w);
    strbuf_release(&reason);
}

static void write_list(const struct picture *picture, struct strbuf *out)
{
    const struct gpu_list *list = &picture->list;
    struct json_writer w;
    json_init(&w, out);
    json_begin_object(&w);
    json_member_string(&w, "source", list->source[0] != '\0' ? list->source : NULL);
    json_member_string(&w, "driver", list->driver[0] != '\0' ? list->driver : NULL);
    json_member_unsigned(&w, "hidden", picture->hidden);
    json_key(&w, "gpus");
    json_begin_array(&w);
    for (size_t i = 0; i < list->count; i++)
        write_gpu(picture, i, &w);
    json_end_array(&w);
    json_end_object(&w);
    strbuf_append_char(out, '\n');
}

bool gpus_append(const struct invocation *call, struct strbuf *out, struct sweep_error *err)
{
    struct picture picture = {0};
    if (!gpu_look(call->environment, &picture.list, &picture.hidden, err))
        return false;
    holders_find(picture.holders, &picture.list, call->environment);
    asides_find(&picture.asides);
    if (call->options.json)
        write_list(&picture, out);
    else
        append_list(&picture, out);
    asides_release(&picture.asides);
    return true;
}
