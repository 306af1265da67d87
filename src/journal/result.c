/*
 * A result to bytes and back, and to a file where the first one counts. The file of a shim that
 * nobody competes with is publish.c's.
 */
#include "journal/result.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "journal/codec.h"
#include "journal/handshake.h"

#define RESULT_MAGIC     "SWEEPRES"
#define RESULT_SIZE_MAX  1024
#define DRAFT_SUFFIX_MAX 32

void result_format(const struct result *result, struct strbuf *out)
{
    const struct attempt_outcome *outcome = &result->outcome;
    size_t frame = codec_begin_frame(out, RESULT_MAGIC, RESULT_FORMAT);
    codec_put_u64(out, result->key.trial);
    codec_put_u32(out, result->key.number);
    codec_put_text(out, result->token);
    codec_put_u32(out, outcome->end);
    codec_put_u32(out, (uint32_t)outcome->detail);
    codec_put_u32(out, outcome->stop);
    codec_put_i64(out, outcome->started_us);
    codec_put_i64(out, outcome->ended_us);
    codec_put_i64(out, outcome->duration_us);
    codec_put_i64(out, outcome->cpu_us);
    codec_put_i64(out, outcome->rss_peak_kb);
    codec_put_u64(out, outcome->output_bytes);
    codec_put_u64(out, outcome->output_dropped);
    codec_put_u32(out, outcome->leftovers);
    codec_put_u64(out, result->journal_bytes);
    codec_put_u64(out, result->journal_lost);
    codec_put_u32(out, outcome->short_of);
    codec_end_frame(out, frame);
}

static void read_outcome(struct codec_reader *reader, struct attempt_outcome *outcome)
{
    outcome->end = codec_get_u32(reader);
    outcome->detail = (int32_t)codec_get_u32(reader);
    outcome->stop = codec_get_u32(reader);
    outcome->started_us = codec_get_i64(reader);
    outcome->ended_us = codec_get_i64(reader);
    outcome->duration_us = codec_get_i64(reader);
    outcome->cpu_us = codec_get_i64(reader);
    outcome->rss_peak_kb = codec_get_i64(reader);
    outcome->output_bytes = codec_get_u64(reader);
    outcome->output_dropped = codec_get_u64(reader);
    outcome->leftovers = codec_get_u32(reader);
}

bool result_parse(struct strview bytes, struct result *out, struct sweep_error *err)
{
    struct codec_reader reader;
    if (!codec_open_frame(bytes, RESULT_MAGIC, RESULT_FORMAT, "result", &reader, err))
        return false;
    struct result result = {0};
    result.key.trial = codec_get_u64(&reader);
    result.key.number = codec_get_u32(&reader);
    codec_get_fixed_text(&reader, result.token, sizeof result.token);
    read_outcome(&reader, &result.outcome);
    result.journal_bytes = codec_get_u64(&reader);
    result.journal_lost = codec_get_u64(&reader);
    if (reader.format >= 3)
        result.outcome.short_of = codec_get_u32(&reader);
    bool ends_known =
        result.outcome.end >= ATTEMPT_EXITED && result.outcome.end <= ATTEMPT_REBOOTED;
    if (reader.failed || !ends_known || result.outcome.stop > ATTEMPT_STOP_STALL ||
        result.outcome.short_of > ATTEMPT_SHORTAGE_MAX)
        return sweep_error_set(err, SWEEP_IO, "the result file does not hold a result");
    *out = result;
    return true;
}

static bool write_draft(int dir_fd, const char *name, const struct result *result)
{
    struct strbuf bytes;
    strbuf_init(&bytes, RESULT_SIZE_MAX);
    result_format(result, &bytes);
    int fd = sys_open(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY, 0600);
    bool written = fd >= 0 && sys_write(fd, bytes.data, bytes.size) && sys_fsync(fd);
    sys_close(fd); /* keeps errno */
    strbuf_release(&bytes);
    return written;
}

/* Over NFS a link may be made and its answer lost, so that the second try finds the first one. */
static bool is_linked(int dir_fd, const char *draft)
{
    struct stat status;
    return fstatat(dir_fd, draft, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_nlink == 2;
}

bool result_publish(int dir_fd, const struct result *result, const char *who,
                    struct sweep_error *err)
{
    char name[HANDSHAKE_NAME_MAX];
    char draft[HANDSHAKE_NAME_MAX + DRAFT_SUFFIX_MAX];
    handshake_file_name(HANDSHAKE_RESULT, result->key.number, name);
    (void)snprintf(draft, sizeof draft, "%s.%.16s.tmp", name, who);
    if (!write_draft(dir_fd, draft, result))
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot write '%s'", draft);
    bool linked = linkat(dir_fd, draft, dir_fd, name, 0) == 0 || is_linked(dir_fd, draft);
    int error_number = errno;
    (void)sys_unlink(dir_fd, draft);
    if (linked)
        return true;
    if (error_number == EEXIST)
        return sweep_error_set(err, SWEEP_BUSY, "there is a result already");
    return sweep_error_set_errno(err, SWEEP_IO, error_number, "cannot write '%s'", name);
}
