/*
 * Normal and beta distributions, and `q`.
 */
#include "config/density.h"

#include "space/space.h"

/* A number that may be left out. */
static bool read_optional(struct reader *reader, const struct node *node, const char *what,
                          double standard, double *out)
{
    struct scalar scalar = {.real = standard};
    if (node != NULL && !reader_number(reader, node, what, &scalar))
        return false;
    *out = scalar.real;
    return true;
}

static const struct node *first_of(const struct node *a, const struct node *b)
{
    return a != NULL ? a : b;
}

bool density_read_q(struct reader *reader, const struct parameter_draft *draft,
                    struct sweep_parameter *out)
{
    struct scalar scalar = {.kind = SCALAR_REAL, .real = 1};
    if (draft->q != NULL && !reader_number(reader, draft->q, "q", &scalar))
        return false;
    out->q = scalar.real;
    out->q_is_int = scalar.kind == SCALAR_INT;
    if (out->q > 0)
        return true;
    reader_error(reader, draft->q, "'q' of parameter '%s' must be above 0", draft->key->text);
    return false;
}

bool density_read(struct reader *reader, const struct parameter_draft *draft,
                  const struct distribution *distribution, struct sweep_parameter *out)
{
    struct sweep_error err = {0};
    bool ok;
    out->distribution = distribution->distribution;
    if (distribution->form == FORM_MOMENTS) {
        ok = read_optional(reader, draft->mu, "mu", 0, &out->mu);
        ok = read_optional(reader, draft->sigma, "sigma", 1, &out->sigma) && ok;
    } else {
        ok = read_optional(reader, draft->a, "a", 1, &out->a);
        ok = read_optional(reader, draft->b, "b", 1, &out->b) && ok;
    }
    if (distribution->has_q)
        ok = density_read_q(reader, draft, out) && ok;
    if (!ok || space_check_parameter(out, &err))
        return ok;
    const struct node *culprit = distribution->form == FORM_MOMENTS
                                     ? first_of(draft->sigma, draft->mu)
                                 : out->a > 0 ? first_of(draft->b, draft->a)
                                              : draft->a;
    reader_error(reader, first_of(culprit, draft->key), "%s", err.message);
    return false;
}
