/*
 * The words by which frameworks say that there was no memory. The last of them in the output
 * counts: some are caught, and the script goes on.
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

#define TAIL_BYTES   (64 * 1024)
#define VMSTAT_BYTES (64 * 1024)

static const struct {
    const char *words;
    enum attempt_shortage shortage;
} SIGNS[] = {
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

static enum attempt_shortage look_at_output(int dir_fd, const char *name)
{
    char tail[TAIL_BYTES];
    struct stat status;
    enum attempt_shortage shortage = ATTEMPT_SHORT_OF_NOTHING;
    int fd = sys_open(dir_fd, name, O_RDONLY, 0);
    if (fd >= 0 && fstat(fd, &status) == 0) {
        off_t from = status.st_size > TAIL_BYTES ? status.st_size - TAIL_BYTES : 0;
        ssize_t size = pread(fd, tail, sizeof tail, from);
        if (size > 0)
            shortage = shortage_in((struct strview){tail, (size_t)size});
    }
    sys_close(fd);
    return shortage;
}

/* SIGKILL that we did not send, while the kernel killed something: that was it. */
enum attempt_shortage shortage_find(const struct shortage *shortage, int dir_fd, const char *name,
                                    const struct attempt_outcome *outcome)
{
    bool has_failed = outcome->end == ATTEMPT_SIGNALED ||
                      (outcome->end == ATTEMPT_EXITED && outcome->detail != 0 &&
                       outcome->detail != ATTEMPT_EXIT_SAVED);
    if (!has_failed || outcome->stop != ATTEMPT_STOP_NONE)
        return ATTEMPT_SHORT_OF_NOTHING;
    if (outcome->end == ATTEMPT_SIGNALED && outcome->detail == SIGKILL &&
        count_kernel_kills() > shortage->kernel_kills)
        return ATTEMPT_SHORT_OF_MEMORY;
    return look_at_output(dir_fd, name);
}
