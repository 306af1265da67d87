/*
 * Fields between bars. The job's name comes last, since it may hold a bar.
 */
#include "exec/slurm/listing.h"

#include <string.h>

#include "base/number.h"

struct listing listing_of(struct strview text)
{
    return (struct listing){.rest = text};
}

/* The next line, without its end. @return false where there is none */
static bool next_line(struct listing *listing, struct strview *line)
{
    while (listing->rest.size > 0) {
        const char *end = memchr(listing->rest.data, '\n', listing->rest.size);
        size_t size = end != NULL ? (size_t)(end - listing->rest.data) : listing->rest.size;
        size_t taken = size + (end != NULL);
        *line = (struct strview){listing->rest.data, size};
        listing->rest.data += taken;
        listing->rest.size -= taken;
        if (size > 0)
            return true;
    }
    return false;
}

/* The text up to the next bar. */
static bool take_field(struct strview *line, struct strview *field)
{
    const char *bar = memchr(line->data, '|', line->size);
    if (bar == NULL)
        return false;
    *field = (struct strview){line->data, (size_t)(bar - line->data)};
    line->data = bar + 1;
    line->size -= field->size + 1;
    return true;
}

static bool take_number(struct strview field, uint64_t *out)
{
    return number_parse_uint64(field, out) == NUMBER_OK;
}

bool listing_next(struct listing *listing, struct listing_line *out)
{
    struct strview line;
    struct strview job;
    struct strview task;
    uint64_t index = 0;
    if (!next_line(listing, &line))
        return false;
    *out = (struct listing_line){0};
    bool whole = take_field(&line, &job) && take_field(&line, &task) &&
                 take_field(&line, &out->state) && take_field(&line, &out->reason) &&
                 take_field(&line, &out->nodes) && take_number(job, &out->job);
    bool is_task = whole && take_number(task, &index);
    whole = whole && (is_task || (task.size == 3 && memcmp(task.data, "N/A", 3) == 0)) &&
            index <= UINT32_MAX;
    out->task = (uint32_t)index;
    out->name = line;
    listing->is_damaged = !whole;
    return whole;
}

/* `17` or `17_3`; `17_[4-9]` stands for tasks that wait. */
static bool take_job(struct strview field, struct listing_line *out)
{
    const char *bar = memchr(field.data, '_', field.size);
    uint64_t index = 0;
    struct strview job = field;
    if (bar != NULL) {
        job.size = (size_t)(bar - field.data);
        const struct strview task = {bar + 1, field.size - job.size - 1};
        if (!take_number(task, &index) || index > UINT32_MAX)
            return false;
    }
    out->task = (uint32_t)index;
    return take_number(job, &out->job);
}

bool listing_next_account(struct listing *listing, struct listing_line *out)
{
    struct strview line;
    while (next_line(listing, &line)) {
        struct strview job;
        *out = (struct listing_line){0};
        if (take_field(&line, &job) && take_field(&line, &out->state) && take_job(job, out)) {
            out->name = line;
            return true;
        }
    }
    return false;
}
