/*
 * Lines of `show`.
 */
#include "view/term/usage_text.h"

#include "base/clock.h"
#include "view/term/trial_text.h"

/* What is seen of less than this part of the whole time is said with how much it is [percent]. */
#define NEARLY_ALL 80

#define US_PER_HOUR 3.6e9

static void append_part(const struct usage *usage, int64_t ran_us, struct strbuf *out)
{
    char watched[CLOCK_TEXT_MAX];
    char ran[CLOCK_TEXT_MAX];
    if (usage->watched_us >= ran_us / 100 * NEARLY_ALL)
        return;
    clock_format_duration(usage->watched_us, watched);
    clock_format_duration(ran_us, ran);
    strbuf_printf(out, ", as far as it was watched, %s of %s", watched, ran);
}

static void append_bytes(const char *before, int64_t bytes, const char *after, struct strbuf *out)
{
    strbuf_append_text(out, before);
    trial_text_bytes((uint64_t)bytes, out);
    strbuf_append_text(out, after);
}

void usage_text_append(const struct usage *usage, int64_t ran_us, struct strbuf *out)
{
    char time[CLOCK_TEXT_MAX];
    if (usage->gpu_memory_bytes >= 0)
        append_bytes("  memory on one GPU  ", usage->gpu_memory_bytes, " at most\n", out);
    if (usage->gpu_busy_us >= 0 && usage->watched_us > 0) {
        strbuf_printf(out, "  GPU busy           %.0f%% of the whole time",
                      100 * (double)usage->gpu_busy_us / (double)usage->watched_us);
        append_part(usage, ran_us, out);
        strbuf_append_text(out, usage->is_share ? ", by all that had the GPU\n" : "\n");
    }
    if (usage->energy_mj >= 0) {
        strbuf_append_text(out, "  energy             ");
        usage_format_energy(usage->energy_mj, out);
        append_part(usage, ran_us, out);
        strbuf_append_text(out, usage->is_share ? ", its share of what the GPU took\n" : "\n");
    }
    if (usage->cpu_us >= 0) {
        clock_format_duration(usage->cpu_us, time);
        strbuf_printf(out, "  processor          %s\n", time);
    }
    if (usage->memory_bytes >= 0)
        append_bytes("  memory             ", usage->memory_bytes, " at most\n", out);
}

void spending_text_append(const struct store_spending *spending, double cost_per_gpu_hour,
                          struct strbuf *out)
{
    char time[CLOCK_TEXT_MAX];
    clock_format_duration(spending->gpu_us, time);
    strbuf_printf(out, "%s of GPU time", time);
    if (spending->has_energy) {
        strbuf_append_text(out, ", ");
        usage_format_energy(spending->energy_mj, out);
    }
    double cost = (double)spending->gpu_us / US_PER_HOUR * cost_per_gpu_hour;
    if (cost_per_gpu_hour > 0)
        strbuf_printf(out, cost < 1 ? ", cost %.2g" : ", cost %.2f", cost);
}
