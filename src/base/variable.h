/*
 * Variables of an environment that was handed down: `NAME=value` texts, NULL behind the last one.
 */
#ifndef SWEEP_BASE_VARIABLE_H
#define SWEEP_BASE_VARIABLE_H

/**
 * Find one.
 *
 * @param environment  or NULL: there is none
 * @return what follows its `=`, borrowed; NULL: it is not set
 */
const char *variable_find(char *const *environment, const char *name);

#endif
