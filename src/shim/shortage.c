/*
 * The words by which frameworks say what there was not. The last of them in the output counts: some
 * are caught, and the script goes on.
 */
#include "shim/shortage.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "base/number.h"
#include "base/strbuf.h"
#include "base/sys.h"
#include "proc/tree.h"

#define TAIL_BYTES   (64 * 1024)
#define VMSTAT_BYTES (64 * 1024)

#define MISSING_LINES 3
#define ENGINE_LINES  8 /* engines follow what is wrong with advice */

static const struct {
    const char *words;
    enum attempt_shortage shortage;
} SIGNS[] = {
    /* The GPU itself */
    {"uncorrectable ECC error encountered", ATTEMPT_SHORT_OF_GPU},
    {"CUDA_ERROR_ECC_UNCORRECTABLE", ATTEMPT_SHORT_OF_GPU},
    {"GPU has fallen off the bus", ATTEMPT_SHORT_OF_GPU},
    {"GPU is lost", ATTEMPT_SHORT_OF_GPU},
    {"Unable to determine the device handle for GPU", ATTEMPT_SHORT_OF_GPU},
    /* Disks: libc's words in any language's exception, and what PyTorch makes of them */
    {"No space left on device", ATTEMPT_SHORT_OF_DISK},
    {"Disk quota exceeded", ATTEMPT_SHORT_OF_DISK},
    {"database or disk is full", ATTEMPT_SHORT_OF_DISK},
    /* PyTorch */
    {"CUDA out of memory", ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"HIP out of memory", ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"OutOfMemoryError: CUDA", ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"DefaultCPUAllocator: can't allocate memory", ATTEMPT_SHORT_OF_MEMORY},
    {"DefaultCPUAllocator: not enough memory", ATTEMPT_SHORT_OF_MEMORY},
    {") is killed by signal: Killed", ATTEMPT_SHORT_OF_MEMORY}, /* a DataLoader worker */
    /* TensorFlow and JAX: XLA's words name both kinds */
    {"OOM when allocating tensor", ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"RESOURCE_EXHAUSTED: Out of memory", ATTEMPT_SHORT_OF_GPU_MEMORY},
    /* CUDA and its libraries */
    {"CUDA_ERROR_OUT_OF_MEMORY", ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"cudaErrorMemoryAllocation", ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"CUDA error: out of memory", ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"CUBLAS_STATUS_ALLOC_FAILED", ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"CUDNN_STATUS_ALLOC_FAILED", ATTEMPT_SHORT_OF_GPU_MEMORY},
    /* Python, NumPy, C++, R, Java */
    {"\nMemoryError", ATTEMPT_SHORT_OF_MEMORY},
    {"ArrayMemoryError: Unable to allocate", ATTEMPT_SHORT_OF_MEMORY},
    {"std::bad_alloc", ATTEMPT_SHORT_OF_MEMORY},
    {"cannot allocate vector of size", ATTEMPT_SHORT_OF_MEMORY},
    {"java.lang.OutOfMemoryError", ATTEMPT_SHORT_OF_MEMORY},
    {"Cannot allocate memory", ATTEMPT_SHORT_OF_MEMORY},
    {"memory exhausted", ATTEMPT_SHORT_OF_MEMORY}, /* GNU's tools */
};

/* What is not installed: only in the very last lines, since libraries warn of what they can do
 * without. */
static const char *const MISSING[] = {
    "ModuleNotFoundError: No module named",
    "ImportError: ",
    "error while loading shared libraries:",
    "cannot open shared object file",
    "there is no package called", /* R */
    ": command not found",        /* bash */
    ": not found\n",              /* dash */
};

/* Where the words stand last; NULL: nowhere. */
static const char *find_last(struct strview text, const char *words)
{
    size_t size = strlen(words);
    const char *last = NULL;
    const char *end = text.data + text.size;
    for (const char *at = text.data; at < end;) {
        const char *found = memmem(at, (size_t)(end - at), words, size);
        if (found == NULL)
            break;
        last = found;
        at = found + size;
    }
    return last;
}

static struct strview last_lines(struct strview text, size_t count)
{
    size_t at = text.size;
    while (at > 0 && text.data[at - 1] == '\n')
        at--;
    for (; at > 0; at--)
        if (text.data[at - 1] == '\n' && --count == 0)
            break;
    return (struct strview){text.data + at, text.size - at};
}

static bool names_missing(struct strview text)
{
    struct strview end = last_lines(text, MISSING_LINES);
    for (size_t i = 0; end.size > 0 && i < ARRAY_LENGTH(MISSING); i++)
        if (find_last(end, MISSING[i]) != NULL)
            return true;
    return false;
}

enum attempt_shortage shortage_in(struct strview text)
{
    enum attempt_shortage shortage = ATTEMPT_SHORT_OF_NOTHING;
    const char *last = NULL;
    for (size_t i = 0; text.size > 0 && i < ARRAY_LENGTH(SIGNS); i++) {
        const char *found = find_last(text, SIGNS[i].words);
        if (found == NULL || (last != NULL && found <= last))
            continue;
        last = found;
        shortage = SIGNS[i].shortage;
    }
    if (shortage == ATTEMPT_SHORT_OF_NOTHING && names_missing(text))
        return ATTEMPT_SHORT_OF_SOFTWARE;
    return shortage;
}

/* How often the kernel has killed for want of memory, in whatever part of the machine. */
static uint64_t count_kernel_kills(void)
{
    static const char key[] = "\noom_kill ";
    struct strbuf text;
    uint64_t count = 0;
    strbuf_init(&text, VMSTAT_BYTES);
    if (file_read(AT_FDCWD, "/proc/vmstat", &text, NULL)) {
        const char *found = strstr(strbuf_text(&text), key);
        const char *value = found != NULL ? found + sizeof key - 1 : "";
        if (number_parse_uint64((struct strview){value, strcspn(value, "\n")}, &count) != NUMBER_OK)
            count = 0;
    }
    strbuf_release(&text);
    return count;
}

void shortage_begin(struct shortage *shortage)
{
    shortage->kernel_kills = count_kernel_kills();
}

void shortage_look_at_group(struct shortage *shortage, const char *cgroup)
{
    shortage->group_kills = tree_count_oom_kills(cgroup);
}

enum attempt_shortage shortage_of_engine(const struct spec_container *container,
                                         struct strview text, const struct attempt_outcome *outcome)
{
    struct strview end = last_lines(text, ENGINE_LINES);
    if (outcome->end == ATTEMPT_SIGNALED && container->name != NULL)
        return ATTEMPT_SHORT_OF_ENGINE;
    for (size_t i = 0; outcome->end == ATTEMPT_EXITED && i < container->code_count; i++) {
        const struct spec_code *code = &container->codes[i];
        bool is_said = code->words == NULL || (end.size > 0 && find_last(end, code->words) != NULL);
        if (code->code == outcome->detail && is_said)
            return code->means;
    }
    return ATTEMPT_SHORT_OF_NOTHING;
}

/* @return the last of the output, in `tail` */
static struct strview read_tail(int dir_fd, const char *name, char tail[TAIL_BYTES])
{
    struct stat status;
    ssize_t size = 0;
    int fd = sys_open(dir_fd, name, O_RDONLY, 0);
    if (fd >= 0 && fstat(fd, &status) == 0) {
        off_t from = status.st_size > TAIL_BYTES ? status.st_size - TAIL_BYTES : 0;
        size = pread(fd, tail, TAIL_BYTES, from);
    }
    sys_close(fd);
    return (struct strview){tail, size > 0 ? (size_t)size : 0};
}

/* SIGKILL that we did not send, while the kernel killed something: that was it. */
enum attempt_shortage shortage_find(const struct shortage *shortage, const struct spec *spec,
                                    int dir_fd, const struct output *output,
                                    const struct attempt_outcome *outcome)
{
    char tail[TAIL_BYTES];
    bool has_failed = outcome->end == ATTEMPT_SIGNALED ||
                      (outcome->end == ATTEMPT_EXITED && outcome->detail != 0 &&
                       outcome->detail != ATTEMPT_EXIT_SAVED);
    if (!has_failed || outcome->stop != ATTEMPT_STOP_NONE)
        return ATTEMPT_SHORT_OF_NOTHING;
    if (shortage->group_kills > 0)
        return ATTEMPT_SHORT_OF_MEMORY;
    if (outcome->end == ATTEMPT_SIGNALED && outcome->detail == SIGKILL &&
        count_kernel_kills() > shortage->kernel_kills)
        return ATTEMPT_SHORT_OF_MEMORY;
    struct strview text = read_tail(dir_fd, output->name, tail);
    enum attempt_shortage shown = shortage_in(text);
    if (shown == ATTEMPT_SHORT_OF_NOTHING && output->lacked_space)
        return ATTEMPT_SHORT_OF_DISK;
    return shown != ATTEMPT_SHORT_OF_NOTHING ? shown
                                             : shortage_of_engine(&spec->container, text, outcome);
}
