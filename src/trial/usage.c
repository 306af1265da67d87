/*
 * Adding numbers of which some are not known.
 */
#include "trial/usage.h"

#include <math.h>

void usage_init(struct usage *usage)
{
    *usage = (struct usage){
        .gpu_memory_bytes = USAGE_UNKNOWN,
        .gpu_busy_us = USAGE_UNKNOWN,
        .energy_mj = USAGE_UNKNOWN,
        .cpu_us = USAGE_UNKNOWN,
        .memory_bytes = USAGE_UNKNOWN,
    };
}

bool usage_is_known(const struct usage *usage)
{
    return usage->gpu_memory_bytes >= 0 || usage->gpu_busy_us >= 0 || usage->energy_mj >= 0 ||
           usage->cpu_us >= 0 || usage->memory_bytes >= 0;
}

static void add(int64_t *sum, int64_t more)
{
    if (more >= 0)
        *sum = (*sum >= 0 ? *sum : 0) + more;
}

static void raise_to(int64_t *peak, int64_t value)
{
    if (value > *peak)
        *peak = value;
}

static void add_all_but_cpu(struct usage *usage, const struct usage *more)
{
    add(&usage->watched_us, more->watched_us);
    add(&usage->gpu_busy_us, more->gpu_busy_us);
    add(&usage->energy_mj, more->energy_mj);
    raise_to(&usage->gpu_memory_bytes, more->gpu_memory_bytes);
    raise_to(&usage->memory_bytes, more->memory_bytes);
    usage->is_share = usage->is_share || more->is_share;
}

void usage_add(struct usage *usage, const struct usage *sample)
{
    add_all_but_cpu(usage, sample);
    raise_to(&usage->cpu_us, sample->cpu_us);
}

void usage_join(struct usage *usage, const struct usage *attempt)
{
    add_all_but_cpu(usage, attempt);
    add(&usage->cpu_us, attempt->cpu_us);
}

void usage_format_energy(int64_t energy_mj, struct strbuf *out)
{
    double joule = (double)energy_mj / 1e3;
    if (joule < 3600)
        strbuf_printf(out, joule < 1000 ? "%.3g J" : "%.0f J", joule);
    else if (joule < 3.6e6)
        strbuf_printf(out, "%.3g Wh", joule / 3600);
    else
        strbuf_printf(out, joule < 3.6e9 ? "%.3g kWh" : "%.0f kWh", joule / 3.6e6);
}

/* --- as fields -------------------------------------------------------------------------------- */

static double known(int64_t number, double unit)
{
    return number >= 0 ? (double)number / unit : (double)NAN;
}

static double get_energy(const struct usage *usage)
{
    return known(usage->energy_mj, 1e3);
}

static double get_gpu_memory(const struct usage *usage)
{
    return known(usage->gpu_memory_bytes, 1);
}

static double get_gpu_busy(const struct usage *usage)
{
    return usage->watched_us > 0 ? known(usage->gpu_busy_us, (double)usage->watched_us / 100)
                                 : (double)NAN;
}

static double get_cpu(const struct usage *usage)
{
    return known(usage->cpu_us, 1e6);
}

static double get_memory(const struct usage *usage)
{
    return known(usage->memory_bytes, 1);
}

const struct usage_field usage_fields[USAGE_FIELD_COUNT] = {
    {"energy_j", "energy", false, get_energy},
    {"gpu_memory_bytes", "gpu_memory", true, get_gpu_memory},
    {"gpu_busy_percent", "gpu_busy", false, get_gpu_busy},
    {"cpu_s", "cpu", false, get_cpu},
    {"memory_bytes", "memory", true, get_memory},
};
