/* Any text as the name of a ticket: refused, or the same ticket when it is named again. */
#include <string.h>

#include "base/arena.h"
#include "fuzz.h"
#include "journal/ticket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct ticket ticket;
    struct ticket again;
    char name[TICKET_NAME_MAX];
    char *text = arena_alloc(&arena, size + 1);
    if (size > 0)
        memcpy(text, data, size);
    if (ticket_parse(text, &ticket)) {
        ticket_name(&ticket, name);
        fuzz_require(ticket_parse(name, &again));
        fuzz_require(again.key.trial == ticket.key.trial && again.key.number == ticket.key.number);
        fuzz_require(strcmp(again.token, ticket.token) == 0);
    }
    arena_release(&arena);
    return 0;
}
