/*
 * Eight bytes, the lowest first, on every machine.
 */
#include "memo.h"

#define MEMO_SIZE 8

bool memo_read(const struct sweep_history *history, uint64_t *number)
{
    const unsigned char *bytes = history->memo;
    if (history->memo_size != MEMO_SIZE)
        return false;
    *number = 0;
    for (unsigned i = 0; i < MEMO_SIZE; i++)
        *number |= (uint64_t)bytes[i] << (8 * i);
    return true;
}

void memo_write(struct sweep_suggestion *suggestion, uint64_t number)
{
    for (unsigned i = 0; i < MEMO_SIZE; i++)
        suggestion->memo[i] = (unsigned char)(number >> (8 * i));
    suggestion->memo_size = MEMO_SIZE;
}
