/*
 * BLAS by the prototypes of GSL, LAPACK by its Fortran names: both are OpenBLAS (CMakeLists.txt).
 *
 * Its factorisations are ten times as fast as those of GSL over its own BLAS, and a quarter faster
 * than those of GSL over OpenBLAS (n = 1000).
 */
#include "linear.h"

#include <math.h>
#include <sys/resource.h>

#include <gsl/gsl_cblas.h>

/* The buffer, and as much again and more for libraries, threads and models [bytes]. */
#define ROOM_MIN ((rlim_t)384 << 20)

extern void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info,
                    size_t uplo_length);
extern void dpotri_(const char *uplo, const int *n, double *a, const int *lda, int *info,
                    size_t uplo_length);
extern void openblas_set_num_threads(int threads);

void linear_use_one_thread(void)
{
    openblas_set_num_threads(1);
}

bool linear_has_room(void)
{
    static const int limits[] = {RLIMIT_AS, RLIMIT_DATA};
    struct rlimit limit;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (getrlimit(limits[i], &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
            limit.rlim_cur < ROOM_MIN)
            return false;
    return true;
}

bool linear_factor(double *a, size_t n)
{
    int order = (int)n;
    int info = 0;
    dpotrf_("L", &order, a, &order, &info, 1);
    /* OpenBLAS does not refuse NaN; what there is of it reaches the last element of the diagonal */
    return info == 0 && (n == 0 || !isnan(a[n * n - 1]));
}

void linear_invert(double *l, size_t n)
{
    int order = (int)n;
    int info = 0;
    dpotri_("L", &order, l, &order, &info, 1);
}

void linear_solve(const double *l, size_t n, bool transposed, double *b, size_t columns)
{
    int order = (int)n;
    enum CBLAS_TRANSPOSE transpose = transposed ? CblasTrans : CblasNoTrans;
    if (columns == 1)
        cblas_dtrsv(CblasColMajor, CblasLower, transpose, CblasNonUnit, order, l, order, b, 1);
    else
        cblas_dtrsm(CblasColMajor, CblasLeft, CblasLower, transpose, CblasNonUnit, order,
                    (int)columns, 1.0, l, order, b, order);
}

void linear_multiply_transposed(const double *a, const double *b, size_t n, size_t rows,
                                size_t columns, double *c)
{
    cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, (int)rows, (int)columns, (int)n, 1.0, a,
                (int)n, b, (int)n, 0.0, c, (int)rows);
}

void linear_apply(const double *a, size_t rows, size_t columns, const double *x, double *y)
{
    cblas_dgemv(CblasColMajor, CblasNoTrans, (int)rows, (int)columns, 1.0, a, (int)rows, x, 1, 0.0,
                y, 1);
}

void linear_apply_transposed(const double *a, size_t rows, size_t columns, const double *x,
                             double *y)
{
    cblas_dgemv(CblasColMajor, CblasTrans, (int)rows, (int)columns, 1.0, a, (int)rows, x, 1, 0.0, y,
                1);
}

double linear_dot(const double *a, const double *b, size_t n)
{
    return cblas_ddot((int)n, a, 1, b, 1);
}
