/*
 * Going on with a sweep whose file was edited, or of which this call sets something.
 */
#ifndef SWEEP_SESSION_REVISE_H
#define SWEEP_SESSION_REVISE_H

#include <stdbool.h>

#include "session/session.h"

/**
 * Apply and record what may change between what is recorded of an open sweep and the document of
 * the session with session->given; session->news says what that was.
 *
 * @error SWEEP_BAD_INPUT when something else changed: nothing is then; those of the store
 */
bool session_revise(struct session *session, struct sweep_error *err) SWEEP_MUST_CHECK;

#endif
