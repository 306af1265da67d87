/*
 * Bodies of sweep/error.h: setting and wrapping one failure.
 *
 * Not for printing: only `cli` shows errors.
 */
#include "sweep/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    MESSAGE_MAX = sizeof((struct sweep_error){0}.message)
};

/* Whether a byte continues a UTF-8 character: a cut must not leave half a character behind. */
static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0u) == 0x80u;
}

/* Put "..." at the end of a full buffer, over whole characters. */
static void mark_cut(char text[MESSAGE_MAX])
{
    static const char mark[] = "...";
    size_t at = MESSAGE_MAX - sizeof mark;

    while (at > 0 && is_continuation(text[at]))
        at--;
    memcpy(text + at, mark, sizeof mark);
}

static SWEEP_PRINTF(2, 0) void format_message(char out[MESSAGE_MAX], const char *format,
                                              va_list args)
{
    int length = vsnprintf(out, MESSAGE_MAX, format, args);

    if (length >= MESSAGE_MAX)
        mark_cut(out);
}

/* Append ": TAIL", cutting where the message is full. */
static void append_part(char message[MESSAGE_MAX], const char *tail)
{
    size_t used = strlen(message);
    int length = snprintf(message + used, MESSAGE_MAX - used, ": %s", tail);

    if (length >= (int)(MESSAGE_MAX - used))
        mark_cut(message);
}

bool sweep_error_set(struct sweep_error *err, enum sweep_code code, const char *format, ...)
{
    char message[MESSAGE_MAX]; /* apart: an argument may be err->message itself */
    va_list args;

    if (!err)
        return false;
    va_start(args, format);
    format_message(message, format, args);
    va_end(args);
    err->code = code;
    memcpy(err->message, message, sizeof message);
    return false;
}

bool sweep_error_set_errno(struct sweep_error *err, enum sweep_code code, int error_number,
                           const char *format, ...)
{
    char message[MESSAGE_MAX];
    char reason[128];
    va_list args;

    if (!err)
        return false;
    va_start(args, format);
    format_message(message, format, args);
    va_end(args);
    append_part(message, strerror_r(error_number, reason, sizeof reason));
    err->code = error_number == ENOSPC || error_number == EDQUOT ? SWEEP_NO_SPACE : code;
    memcpy(err->message, message, sizeof message);
    return false;
}

bool sweep_error_wrap(struct sweep_error *err, const char *format, ...)
{
    char message[MESSAGE_MAX];
    va_list args;

    if (!err)
        return false;
    va_start(args, format);
    format_message(message, format, args);
    va_end(args);
    append_part(message, err->message);
    memcpy(err->message, message, sizeof message);
    return false;
}
