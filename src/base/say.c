/*
 * Writes to standard error.
 */
#include "base/say.h"

#include <unistd.h>

#include "base/sys.h"

void say(const struct strbuf *text)
{
    struct strview view = strbuf_view(text);
    (void)!sys_write(STDERR_FILENO, view.data, view.size);
}
