/*
 * What people are to know at once, on standard error, whatever standard output is for. Errors are
 * not said but handed up: cli prints them.
 */
#ifndef SWEEP_BASE_SAY_H
#define SWEEP_BASE_SAY_H

#include "base/strbuf.h"

/** Say it; there is nobody to tell when that fails. @param text  whole lines */
void say(const struct strbuf *text);

#endif
