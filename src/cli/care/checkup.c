/*
 * The looks of `sweep doctor`. Each changes nothing that outlasts it.
 */
#include "cli/care/checkup.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/array.h"
#include "base/sys.h"
#include "box/host.h"
#include "cli/care/holders.h"
#include "cli/surroundings.h"
#include "directory/locate.h"
#include "exec/container/ask.h"
#include "exec/slurm/inquiry.h"
#include "metrics/pattern.h"
#include "proc/identity.h"
#include "proc/tree.h"
#include "session/gpu_look.h"
#include "store/place.h"
#include "store/store.h"
#include "sweep/mem.h"
#include "view/term/text.h"
#include "json/json.h"

#define TEXT_MAX       4096
#define MIB            (UINT64_C(1) << 20)
#define DISK_FULL_MIB  64   /* below that nothing is started */
#define DISK_LOW_MIB   1024 /* the output of some trials */
#define INODES_LOW     1000
#define FILES_PER_SLOT 3 /* descriptors that a runner has open for each trial, and then some */
#define FILES_LOW      256
#define PROCESSES_LOW  256
#define KERNEL_MAJOR   5 /* what we need at least */
#define KERNEL_MINOR   4

enum finding {
    FINDING_OK,
    FINDING_WARN,
    FINDING_FAIL
};

static const char *const FINDING_NAMES[] = {"ok", "warn", "fail"};

/* One look. */
struct look {
    const struct invocation *call;
    struct strbuf text;   /* what is */
    struct strbuf remedy; /* what to do about it; empty when all is well */
};

static enum finding say(struct look *look, enum finding finding, const char *remedy)
{
    strbuf_append_text(&look->remedy, remedy);
    return finding;
}

/* Where sweeps are, or will be. */
static const char *place(void)
{
    return access(LOCATE_DIRECTORY, F_OK) == 0 ? LOCATE_DIRECTORY : ".";
}

/* --- the looks ------------------------------------------------------------------------------ */

static enum finding look_at_versions(struct look *look)
{
    char engine[64];
    bool has_jit = pattern_engine(engine, sizeof engine);
    strbuf_printf(&look->text, "sweep " SWEEP_VERSION ", SQLite %s, PCRE2 %s %s JIT",
                  store_library_version(), engine, has_jit ? "with" : "without");
    if (!has_jit)
        return say(look, FINDING_WARN,
                   "patterns take several times as long: use a PCRE2 that was built with JIT");
    return FINDING_OK;
}

static enum finding look_for_shim(struct look *look)
{
    struct sweep_error err = {0};
    int fd = surroundings_open_shim(&err);
    char link[64];
    char path[TEXT_MAX];
    if (fd < 0) {
        strbuf_append_text(&look->text, "sweep-shim, the supervisor of trials, is not found");
        return say(look, FINDING_FAIL, err.message);
    }
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path);
    sys_close(fd);
    strbuf_append(&look->text, path, size > 0 ? (size_t)size : 0);
    return FINDING_OK;
}

static enum finding look_at_kernel(struct look *look)
{
    struct utsname name;
    unsigned numbers[2] = {0, 0};
    if (uname(&name) != 0)
        return say(look, FINDING_WARN, "the kernel does not tell its version");
    const char *c = name.release;
    for (size_t i = 0; i < 2; i++, c += *c == '.')
        for (; *c >= '0' && *c <= '9'; c++)
            numbers[i] = numbers[i] * 10 + (unsigned)(*c - '0');
    strbuf_printf(&look->text, "%s %s", name.sysname, name.release);
    if (numbers[0] < KERNEL_MAJOR || (numbers[0] == KERNEL_MAJOR && numbers[1] < KERNEL_MINOR))
        return say(look, FINDING_FAIL, "Linux 5.4 or newer is needed");
    return FINDING_OK;
}

static enum finding look_at_pidfd(struct look *look)
{
    uint64_t start = 0;
    int fd = identity_start_time(getpid(), &start) ? identity_open(getpid(), start) : -1;
    sys_close(fd);
    strbuf_append_text(&look->text, fd >= 0 ? "processes are known by descriptors (pidfd)"
                                            : "no descriptors for processes (pidfd)");
    if (fd < 0)
        return say(look, FINDING_FAIL,
                   "allow pidfd_open and mount /proc: old container runtimes forbid it");
    return FINDING_OK;
}

static enum finding look_at_cgroup(struct look *look)
{
    char name[64];
    (void)snprintf(name, sizeof name, TREE_CGROUP_PREFIX "doctor-%ld", (long)getpid());
    char *path = tree_create_cgroup(name);
    tree_remove_cgroup(path);
    bool has_group = path != NULL;
    sweep_free(path);
    strbuf_append_text(&look->text, has_group ? "each trial gets a cgroup of its own"
                                              : "no cgroup v2 is delegated to us");
    if (!has_group)
        return say(look, FINDING_WARN,
                   "a process that hides from its parent and its session can outlive its trial; "
                   "try: systemd-run --user --scope -p Delegate=yes sweep run FILE");
    return FINDING_OK;
}

static enum finding look_at_files(struct look *look)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return say(look, FINDING_WARN, "the limit of open files is not known");
    if (limit.rlim_max == RLIM_INFINITY) {
        strbuf_append_text(&look->text, "any number");
        return FINDING_OK;
    }
    strbuf_printf(&look->text, "%" PRIu64 ": about %" PRIu64 " trials at a time",
                  (uint64_t)limit.rlim_max, (uint64_t)limit.rlim_max / FILES_PER_SLOT);
    if (limit.rlim_max < FILES_LOW)
        return say(look, FINDING_WARN, "raise the hard limit: ulimit -Hn, or limits.conf");
    return FINDING_OK;
}

static enum finding look_at_processes(struct look *look)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NPROC, &limit) != 0)
        return say(look, FINDING_WARN, "the limit of processes is not known");
    if (limit.rlim_cur == RLIM_INFINITY)
        strbuf_append_text(&look->text, "any number");
    else
        strbuf_printf(&look->text, "%" PRIu64 " of this user", (uint64_t)limit.rlim_cur);
    if (limit.rlim_cur < PROCESSES_LOW)
        return say(look, FINDING_WARN, "raise it: ulimit -u, or limits.conf");
    return FINDING_OK;
}

static enum finding look_at_disk(struct look *look)
{
    struct statvfs status;
    if (statvfs(place(), &status) != 0)
        return say(look, FINDING_FAIL, "the directory cannot be looked at");
    uint64_t free_mib = (uint64_t)status.f_bavail * status.f_frsize / MIB;
    strbuf_printf(&look->text, "%" PRIu64 ".%" PRIu64 " GiB free for ./" LOCATE_DIRECTORY,
                  free_mib / 1024, free_mib % 1024 * 10 / 1024);
    if (free_mib < DISK_FULL_MIB)
        return say(look, FINDING_FAIL, "make room: a sweep pauses when the disk is full");
    if (free_mib < DISK_LOW_MIB)
        return say(look, FINDING_WARN, "make room: each trial keeps up to 64 MiB of its output");
    if (status.f_files > 0 && status.f_favail < INODES_LOW)
        return say(look, FINDING_WARN,
                   "hardly any file can be made any more (inodes): each trial has about six");
    return FINDING_OK;
}

static enum finding look_at_file_system(struct look *look)
{
    struct sweep_error err = {0};
    const char *directory = place();
    char path[64];
    (void)snprintf(path, sizeof path, "%s/" LOCATE_DATABASE, directory);
    if (access(directory, W_OK | X_OK) != 0) {
        strbuf_printf(&look->text, "nothing can be written to %s", directory);
        return say(look, FINDING_FAIL, "use another place: sweep run FILE --dir DIR");
    }
    if (!place_check(path, &err) && !place_check(PLACE_LOCAL "/sweep.db", NULL)) {
        strbuf_append_text(&look->text, "./" LOCATE_DIRECTORY " is not on a local disk");
        return say(look, FINDING_FAIL, err.message);
    }
    if (err.code != SWEEP_OK) {
        strbuf_append_text(&look->text, "./" LOCATE_DIRECTORY " is not on a local disk: databases "
                                        "are kept in " PLACE_LOCAL ", sweep.db is a link to them");
        return FINDING_OK;
    }
    strbuf_append_text(&look->text, "./" LOCATE_DIRECTORY " is local, and can be written to");
    return FINDING_OK;
}

static enum finding look_at_processors(struct look *look)
{
    unsigned count = host_processors();
    strbuf_printf(&look->text, "%u: as many trials at a time where the YAML says nothing", count);
    return FINDING_OK;
}

static enum finding look_at_gpus(struct look *look)
{
    struct gpu_list list;
    struct holder holders[GPU_MAX];
    struct sweep_error err = {0};
    size_t hidden;
    if (!gpu_look(look->call->environment, &list, &hidden, &err)) {
        strbuf_append_text(&look->text, "the driver gives no good answer");
        return say(look, FINDING_WARN, err.message);
    }
    holders_find(holders, &list, look->call->environment);
    if (list.count == 0)
        strbuf_append_text(&look->text, "none");
    else
        strbuf_printf(&look->text, "%zu, %zu of them free: `sweep doctor --gpus` says more",
                      list.count, holders_count_free(holders, &list));
    return FINDING_OK;
}

static enum finding look_at_slurm(struct look *look)
{
    char program[] = "scontrol";
    char ping[] = "ping";
    char *argv[] = {program, ping, NULL};
    struct sweep_error err = {0};
    if (inquiry_ask(argv, look->call->environment, &look->text, &err))
        return FINDING_OK;
    if (err.code != SWEEP_NOT_FOUND)
        return say(look, FINDING_WARN, "'backend: slurm' waits until Slurm's controller answers");
    strbuf_append_text(&look->text, "none");
    return FINDING_OK;
}

/* None of them is needed; one that is installed and does not work is worth a word. */
static enum finding look_at_containers(struct look *look)
{
    struct ask_state state;
    enum finding finding = FINDING_OK;
    const struct container_engine *const *all = container_engine_all();
    for (size_t i = 0; all[i] != NULL; i++) {
        struct sweep_error err = {0};
        bool works = ask_engine(all[i], look->call->environment, &state, &err);
        if (!works && err.code == SWEEP_NOT_FOUND)
            continue;
        strbuf_printf(&look->text, "%s%s %s", look->text.size > 0 ? ", " : "", all[i]->name,
                      works ? state.version : "does not work");
        if (!works && look->remedy.size == 0)
            finding = say(look, FINDING_WARN, err.message);
    }
    if (look->text.size == 0)
        strbuf_append_text(&look->text, "no engine: neither docker nor podman, apptainer or runc");
    return finding;
}

static enum finding look_at_terminal(struct look *look)
{
    const struct terminal *terminal = &look->call->terminal;
    if (terminal->width > 0)
        strbuf_printf(&look->text, "%zu columns, ", terminal->width);
    strbuf_printf(&look->text, "%s, %s, %s", terminal->colour ? "colours" : "no colours",
                  terminal->redraws ? "live lines" : "plain lines",
                  terminal->utf8 ? "UTF-8" : "ASCII only");
    if (!terminal->utf8)
        return say(look, FINDING_WARN,
                   "names that are not ASCII are shown escaped: set LANG=C.UTF-8");
    return FINDING_OK;
}

/* --- all of them ---------------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum finding (*look)(struct look *look);
} LOOKS[] = {
    {"versions", look_at_versions},
    {"supervisor", look_for_shim},
    {"kernel", look_at_kernel},
    {"processes", look_at_pidfd},
    {"cgroup", look_at_cgroup},
    {"open files", look_at_files},
    {"process limit", look_at_processes},
    {"disk", look_at_disk},
    {"file system", look_at_file_system},
    {"processors", look_at_processors},
    {"GPUs", look_at_gpus},
    {"containers", look_at_containers},
    {"Slurm", look_at_slurm},
    {"terminal", look_at_terminal},
};

static void append_line(const char *name, enum finding finding, const struct look *look,
                        struct strbuf *out)
{
    strbuf_printf(out, "%-4s  %-14s ", FINDING_NAMES[finding], name);
    text_append_safe(out, strbuf_view(&look->text));
    if (look->remedy.size > 0) {
        strbuf_printf(out, "\n%21s", "");
        text_append_safe(out, strbuf_view(&look->remedy));
    }
    strbuf_append_char(out, '\n');
}

static void write_line(const char *name, enum finding finding, const struct look *look,
                       struct json_writer *w)
{
    json_begin_object(w);
    json_member_string(w, "check", name);
    json_member_string(w, "status", FINDING_NAMES[finding]);
    json_member_string_view(w, "text", strbuf_view(&look->text));
    json_key(w, "remedy");
    if (look->remedy.size > 0)
        json_put_string_view(w, strbuf_view(&look->remedy));
    else
        json_put_null(w);
    json_end_object(w);
}

bool checkup_append(const struct invocation *call, struct strbuf *out)
{
    struct look look = {.call = call};
    struct json_writer w;
    bool is_well = true;

    strbuf_init(&look.text, TEXT_MAX);
    strbuf_init(&look.remedy, TEXT_MAX);
    json_init(&w, out);
    if (call->options.json)
        json_begin_array(&w);
    for (size_t i = 0; i < ARRAY_LENGTH(LOOKS); i++) {
        strbuf_reset(&look.text);
        strbuf_reset(&look.remedy);
        enum finding finding = LOOKS[i].look(&look);
        is_well = is_well && finding != FINDING_FAIL;
        if (call->options.json)
            write_line(LOOKS[i].name, finding, &look, &w);
        else
            append_line(LOOKS[i].name, finding, &look, out);
    }
    if (call->options.json) {
        json_end_array(&w);
        strbuf_append_char(out, '\n');
    }
    strbuf_release(&look.text);
    strbuf_release(&look.remedy);
    return is_well;
}
