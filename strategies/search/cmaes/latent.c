/*
 * Four bytes that say what it is, the generation, the coordinates; the lowest byte first.
 */
#include "latent.h"

#include <math.h>
#include <string.h>

#define TAG_SIZE 4
static const unsigned char tag[TAG_SIZE] = {'c', 'm', 'a', 1};

/* No distribution reaches so far. */
#define FAR_AWAY 1e6

static void put(unsigned char *bytes, uint64_t number)
{
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
}

static uint64_t get(const unsigned char *bytes)
{
    uint64_t number = 0;
    for (unsigned i = 0; i < 8; i++)
        number |= (uint64_t)bytes[i] << (8 * i);
    return number;
}

void latent_write(struct sweep_suggestion *out, uint64_t generation, const double *point, size_t n)
{
    if (n > LATENT_MAX)
        return;
    memcpy(out->memo, tag, TAG_SIZE);
    put(out->memo + TAG_SIZE, generation);
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &point[i], sizeof bits);
        put(out->memo + TAG_SIZE + 8 * (i + 1), bits);
    }
    out->memo_size = TAG_SIZE + 8 * (n + 1);
}

bool latent_read(const void *memo, size_t memo_size, size_t n, uint64_t *generation, double *point)
{
    const unsigned char *bytes = memo;
    if (n > LATENT_MAX || memo_size != TAG_SIZE + 8 * (n + 1) || memcmp(bytes, tag, TAG_SIZE) != 0)
        return false;
    *generation = get(bytes + TAG_SIZE);
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = get(bytes + TAG_SIZE + 8 * (i + 1));
        memcpy(&point[i], &bits, sizeof bits);
        if (!(fabs(point[i]) < FAR_AWAY))
            return false;
    }
    return true;
}
