/*
 * Request files: written whole, listed in order, read with doubt, removed.
 *
 * Not for what a request does: the runner decides that.
 */
#include "control/request.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/checksum.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/number.h"
#include "base/sys.h"

#define SUFFIX     ".request"
#define NAME_SIZE  (REQUEST_ID_SIZE + sizeof SUFFIX) /* with the final NUL */
#define FILE_MODE  0600
#define HEADER_MAX 256

static const char first_line[] = "sweep request 1\n";

static const char *const verbs[] = {
    [REQUEST_PAUSE] = "pause",   [REQUEST_RESUME] = "resume", [REQUEST_STOP] = "stop",
    [REQUEST_CANCEL] = "cancel", [REQUEST_ADD] = "add",       [REQUEST_RETRY] = "retry",
    [REQUEST_NOTE] = "note",     [REQUEST_SET] = "set",
};

const char *request_verb_name(enum request_verb verb)
{
    return verbs[verb];
}

void request_draw_id(struct request *request, uint64_t drawn, int64_t wall_us)
{
    (void)snprintf(request->id, sizeof request->id, "%016" PRIx64 "%016" PRIx64, (uint64_t)wall_us,
                   drawn);
}

static void name_of(const char *id, char name[NAME_SIZE])
{
    (void)snprintf(name, NAME_SIZE, "%s" SUFFIX, id);
}

static bool is_request_name(const char *name)
{
    return strspn(name, "0123456789abcdef") == REQUEST_ID_SIZE &&
           strcmp(name + REQUEST_ID_SIZE, SUFFIX) == 0;
}

/* --- writing -------------------------------------------------------------------------------- */

static void append_fields(const struct request *request, struct strbuf *out)
{
    strbuf_printf(out, "verb: %s\ntrial: %" PRIu64 "\n", verbs[request->verb], request->trial);
}

static uint32_t checksum_of(const struct request *request)
{
    struct strbuf fields;
    strbuf_init(&fields, HEADER_MAX);
    append_fields(request, &fields);
    uint32_t sum = checksum_crc32c(0, fields.data, fields.size);
    strbuf_release(&fields);
    return checksum_crc32c(sum, request->body, strlen(request->body));
}

bool request_write(int control_fd, const struct request *request, struct sweep_error *err)
{
    struct request whole = *request;
    struct strbuf text;
    char name[NAME_SIZE];
    if (whole.body == NULL)
        whole.body = "";
    if (strlen(whole.body) > REQUEST_BODY_MAX)
        return sweep_error_set(err, SWEEP_BAD_INPUT,
                               "this is too much for one request: %zu bytes, at most %zu",
                               strlen(whole.body), REQUEST_BODY_MAX);
    strbuf_init(&text, HEADER_MAX + REQUEST_BODY_MAX);
    strbuf_append_text(&text, first_line);
    append_fields(&whole, &text);
    strbuf_printf(&text, "checksum: %08" PRIx32 "\n\n%s", checksum_of(&whole), whole.body);
    name_of(whole.id, name);
    bool written = file_replace(control_fd, name, strbuf_view(&text), FILE_MODE, err);
    strbuf_release(&text);
    return written || sweep_error_wrap(err, "in " REQUEST_DIRECTORY);
}

/* --- listing -------------------------------------------------------------------------------- */

/* Put an id in its place; where the list is full the youngest gives way. */
static void insert(struct request_list *list, const char *id)
{
    size_t place = list->count;
    while (place > 0 && memcmp(list->ids[place - 1], id, REQUEST_ID_SIZE) > 0)
        place--;
    if (list->count == REQUEST_LIST_MAX)
        list->has_more = true;
    else
        list->count++;
    if (place == REQUEST_LIST_MAX)
        return;
    memmove(list->ids[place + 1], list->ids[place],
            (list->count - place - 1) * sizeof list->ids[0]);
    memcpy(list->ids[place], id, REQUEST_ID_SIZE);
    list->ids[place][REQUEST_ID_SIZE] = '\0';
}

bool request_list(int control_fd, struct request_list *list, struct sweep_error *err)
{
    const struct dirent *entry;
    list->count = 0;
    list->has_more = false;
    DIR *directory = folder_open(control_fd, ".");
    if (directory == NULL)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot list " REQUEST_DIRECTORY);
    while ((entry = readdir(directory)) != NULL)
        if (is_request_name(entry->d_name))
            insert(list, entry->d_name);
    (void)closedir(directory);
    return true;
}

/* --- reading -------------------------------------------------------------------------------- */

static bool refuse(struct sweep_error *err, const char *why)
{
    return sweep_error_set(err, SWEEP_BAD_INPUT, "%s", why);
}

/* Ours, or the superuser's. A file that somebody else could put here says nothing. */
static bool check_file(int fd, struct sweep_error *err)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return sweep_error_set_errno(err, SWEEP_IO, errno, "cannot look at it");
    if (!S_ISREG(status.st_mode))
        return refuse(err, "it is not a regular file");
    if (status.st_uid != geteuid() && status.st_uid != 0)
        return refuse(err, "it belongs to somebody else");
    if ((uint64_t)status.st_size > HEADER_MAX + REQUEST_BODY_MAX)
        return refuse(err, "it is too long");
    return true;
}

static bool read_bytes(int control_fd, const char *id, struct strbuf *out, struct sweep_error *err)
{
    char name[NAME_SIZE];
    name_of(id, name);
    /* Without O_NONBLOCK the open of a pipe would wait for a writer for ever. */
    int fd = sys_open(control_fd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0 && errno == ENOENT)
        return sweep_error_set(err, SWEEP_NOT_FOUND, "it is gone");
    if (fd < 0)
        return refuse(err, errno == ELOOP ? "it is a link" : "it cannot be opened");
    bool done = check_file(fd, err);
    char chunk[4096];
    ssize_t got = 0;
    while (done && !out->truncated && (got = sys_read(fd, chunk, sizeof chunk)) > 0)
        strbuf_append(out, chunk, (size_t)got);
    if (done && got < 0)
        done = sweep_error_set_errno(err, SWEEP_IO, errno, "cannot read it");
    else if (done && out->truncated)
        done = refuse(err, "it is too long");
    sys_close(fd);
    return done;
}

/* Take the line `key: value` off the front of a text; false: another one is there. */
static bool take_line(const char **text, const char *key, struct strview *value)
{
    size_t key_size = strlen(key);
    if (strncmp(*text, key, key_size) != 0 || strncmp(*text + key_size, ": ", 2) != 0)
        return false;
    value->data = *text + key_size + 2;
    value->size = strcspn(value->data, "\n");
    *text = value->data + value->size;
    if (**text != '\n')
        return false;
    (*text)++;
    return true;
}

static bool find_verb(struct strview word, enum request_verb *verb)
{
    for (size_t i = 0; i < ARRAY_LENGTH(verbs); i++)
        if (strview_is(word, verbs[i])) {
            *verb = (enum request_verb)i;
            return true;
        }
    return false;
}

static bool parse_text(const char *text, struct request *request, struct sweep_error *err)
{
    struct strview verb;
    struct strview trial;
    struct strview sum;
    char expected[16];
    if (strncmp(text, first_line, sizeof first_line - 1) != 0)
        return strncmp(text, first_line, sizeof "sweep request" - 1) == 0
                   ? sweep_error_set(err, SWEEP_INCOMPATIBLE, "it is of a newer version of sweep")
                   : refuse(err, "it is no request");
    text += sizeof first_line - 1;
    if (!take_line(&text, "verb", &verb) || !take_line(&text, "trial", &trial) ||
        !take_line(&text, "checksum", &sum) || *text != '\n' ||
        number_parse_uint64(trial, &request->trial) != NUMBER_OK)
        return refuse(err, "it is damaged");
    if (!find_verb(verb, &request->verb))
        return refuse(err, "nobody knows what it asks for");
    request->body = text + 1;
    (void)snprintf(expected, sizeof expected, "%08" PRIx32, checksum_of(request));
    if (!strview_is(sum, expected))
        return refuse(err, "it is damaged");
    return true;
}

bool request_parse(struct strview bytes, struct arena *arena, struct request *request,
                   struct sweep_error *err)
{
    if (bytes.size > 0 && memchr(bytes.data, '\0', bytes.size) != NULL)
        return refuse(err, "it is damaged");
    return parse_text(arena_copy(arena, bytes), request, err);
}

bool request_read(int control_fd, const char *id, struct arena *arena, struct request *request,
                  struct sweep_error *err)
{
    struct strbuf bytes;
    strbuf_init(&bytes, HEADER_MAX + REQUEST_BODY_MAX);
    *request = (struct request){0};
    memcpy(request->id, id, REQUEST_ID_SIZE);
    bool done = read_bytes(control_fd, id, &bytes, err) &&
                request_parse(strbuf_view(&bytes), arena, request, err);
    strbuf_release(&bytes);
    return done;
}

bool request_remove(int control_fd, const char *id)
{
    char name[NAME_SIZE];
    name_of(id, name);
    return sys_unlink(control_fd, name) || errno == ENOENT;
}

bool request_is_there(int control_fd, const char *id)
{
    char name[NAME_SIZE];
    name_of(id, name);
    return faccessat(control_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}
