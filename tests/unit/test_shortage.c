/*
 * Which last words mean that there was no memory.
 */
#include "shim/shortage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/array.h"

static const struct {
    const char *text;
    enum attempt_shortage shortage;
} rows[] = {
    {"", ATTEMPT_SHORT_OF_NOTHING},
    {"loss 0.1\nmemory is fine\n", ATTEMPT_SHORT_OF_NOTHING},
    {"torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; "
     "10.76 GiB total capacity; 4.29 GiB already allocated)\n",
     ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"RuntimeError: CUDA error: out of memory\nCUDA kernel errors might be reported\n",
     ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"torch.OutOfMemoryError: HIP out of memory. Tried to allocate 1 GiB",
     ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate`",
     ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"tensorflow.python.framework.errors_impl.ResourceExhaustedError: {{function_node ...}} "
     "OOM when allocating tensor with shape[256,64,224,224]",
     ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to "
     "allocate 17179869184 bytes.",
     ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"failed call to cuInit: CUDA_ERROR_OUT_OF_MEMORY: out of memory", ATTEMPT_SHORT_OF_GPU_MEMORY},
    {"Traceback (most recent call last):\n  File \"a.py\"\nMemoryError\n", ATTEMPT_SHORT_OF_MEMORY},
    {"numpy.core._exceptions._ArrayMemoryError: Unable to allocate 7.45 GiB for an array",
     ATTEMPT_SHORT_OF_MEMORY},
    {"RuntimeError: [enforce fail at alloc_cpu.cpp:83] . DefaultCPUAllocator: can't allocate "
     "memory: you tried to allocate 400000000000 bytes.",
     ATTEMPT_SHORT_OF_MEMORY},
    {"RuntimeError: DataLoader worker (pid 4242) is killed by signal: Killed. ",
     ATTEMPT_SHORT_OF_MEMORY},
    {"terminate called after throwing an instance of 'std::bad_alloc'\n", ATTEMPT_SHORT_OF_MEMORY},
    {"OSError: [Errno 28] No space left on device: 'ckpt/last.pt'\n", ATTEMPT_SHORT_OF_DISK},
    {"cp: error writing 'x': Disk quota exceeded\n", ATTEMPT_SHORT_OF_DISK},
    {"RuntimeError: CUDA error: uncorrectable ECC error encountered\nCUDA kernel errors "
     "might\n",
     ATTEMPT_SHORT_OF_GPU},
    {"Traceback (most recent call last):\n  File \"train.py\", line 1, in <module>\n"
     "    import torch\nModuleNotFoundError: No module named 'torch'\n",
     ATTEMPT_SHORT_OF_SOFTWARE},
    {"./train: error while loading shared libraries: libcudart.so.12: cannot open shared "
     "object file: No such file or directory\n",
     ATTEMPT_SHORT_OF_SOFTWARE},
    {"run.sh: line 3: python3.12: command not found\n\n", ATTEMPT_SHORT_OF_SOFTWARE},
    {"run.sh: 3: uv: not found\n", ATTEMPT_SHORT_OF_SOFTWARE},
    /* A library that can do without, and a script that fails of something else. */
    {"Could not load dynamic library 'libcudart.so.11.0'; dlerror: libcudart.so.11.0: cannot "
     "open shared object file\nepoch 1\nepoch 2\nTraceback (most recent call last):\n"
     "  File \"train.py\", line 7\n    train(0)\nValueError: no data\n",
     ATTEMPT_SHORT_OF_NOTHING},
    /* The last one counts. */
    {"caught: CUDA out of memory, halving the batch\nthen\nMemoryError\n", ATTEMPT_SHORT_OF_MEMORY},
    {"x\nMemoryError\n then CUDA out of memory", ATTEMPT_SHORT_OF_GPU_MEMORY},
};

static void test_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
        if (shortage_in(strview_of(rows[i].text)) != rows[i].shortage)
            fail_msg("'%s': %d", rows[i].text, shortage_in(strview_of(rows[i].text)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
