/*
 * Argument vectors in tests: execve and struct spec want `char *`, and nobody writes to them.
 *
 *     char *argv[] = {TEXT("true"), TEXT("--flag"), NULL};
 */
#ifndef SUPPORT_VECTOR_H
#define SUPPORT_VECTOR_H

#include <stdint.h>

#define TEXT(literal) ((char *)(uintptr_t)(literal))

#endif
