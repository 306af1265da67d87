/*
 * Looks for a variable; never in our own environment, which main() hands down.
 */
#include "base/variable.h"

#include <stddef.h>
#include <string.h>

const char *variable_find(char *const *environment, const char *name)
{
    size_t length = strlen(name);
    for (; environment != NULL && *environment != NULL; environment++)
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return *environment + length + 1;
    return NULL;
}
