/*
 * The attempt protocol of src/journal/handshake.h, src/exec and src/shim, for the model checker Spin.
 *
 * One trial; up to ATTEMPTS attempt numbers (rows in the database); up to SHIMS shims ever spawned,
 * for a runner that dies between spawning and committing leaves a shim behind whose attempt number
 * is used again. At any point the runner may be killed (RUNNER_KILLS times), a shim may be killed
 * (SHIM_KILLS times), and the runner may tell a running attempt to stop so that the trial runs again
 * (STOPS times: an interrupt, a preemption).
 *
 * A command may leave a worker, a process that outlives it and may or may not hold the lock still.
 *
 * What must hold, whatever is killed when:
 *   - never two live copies: at most one shim's command or worker is alive (count_live);
 *   - only the shim that a row names ever executes for it;
 *   - a result that was written is recorded as what it says, once, never as lost (the end).
 *
 * VARIANT chooses the design:
 *   0  ours: spawn blocked, ONE transaction with the shim's identity, then GO; a dead shim's leftovers
 *      are killed and waited for before anything is decided about its attempt
 *   1  trusts the lock: a free lock and no result mean lost; a worker that closed the lock breaks it
 *   2  no GO: a shim executes once spawned; a runner that dies before its commit breaks it
 * Variants 1 and 2 show that the checker can fail: test_model.sh wants them to.
 */
#ifndef VARIANT
#define VARIANT 0
#endif
#ifndef RUNNER_KILLS
#define RUNNER_KILLS 3
#endif
#ifndef SHIM_KILLS
#define SHIM_KILLS 1
#endif
#ifndef STOPS
#define STOPS 1
#endif
#define ATTEMPTS 3
#define SHIMS    5
#define NOBODY   255

mtype = { absent, live, finished, again, lost };

/* The database: a commit is atomic and survives. */
mtype row[ATTEMPTS] = absent;
byte  named[ATTEMPTS] = NOBODY;  /* the shim whose pid and start time the row holds */
bool  trial_done = false;

/* Files: a result appears whole or not at all (tmp, rename, fsync), and survives. */
mtype result[ATTEMPTS] = absent; /* finished, or again: it was told to stop */

/* Processes survive the runner. */
byte number[SHIMS];              /* the attempt number that a shim was spawned for */
bool up[SHIMS];                  /* the shim itself */
bool command[SHIMS], worker[SHIMS];
bool locked[SHIMS];              /* somebody holds the lock that the shim was given */
bool go[SHIMS];                  /* GO was sent */
bool orphaned[SHIMS];            /* the runner's end of the handshake is closed */
bool told[SHIMS];                /* asked to stop */

byte rows = 0, spawned = 0, runner_kills = 0, shim_kills = 0, stops = 0;
byte copies = 0, c = 0;          /* scratch, always 0 between steps */

inline count_live() {
    do
    :: c < SHIMS -> copies = copies + ((command[c] || worker[c]) -> 1 : 0); c++
    :: else -> break
    od;
    assert(copies <= 1);
    copies = 0;
    c = 0
}

inline execute(s) {
    command[s] = true;
    worker[s] = true;
    count_live()
}

proctype Shim(byte s) {
#if VARIANT == 2
    atomic { if :: up[s] -> execute(s) :: else -> goto dead fi };
#else
    do
    :: atomic { up[s] && go[s] -> assert(named[number[s]] == s); execute(s); break }
    :: atomic { up[s] && !go[s] && orphaned[s] -> up[s] = false; locked[s] = false; goto dead }
    :: atomic { !up[s] -> goto dead }
    od;
#endif
    if  /* the command ends by itself or because it is told to */
    :: atomic { up[s] && command[s] -> command[s] = false }
    :: atomic { !up[s] -> goto dead }
    fi;
    if  /* its leftovers are killed before anything is said about it */
    :: atomic { up[s] -> worker[s] = false }
    :: atomic { !up[s] -> goto dead }
    fi;
    if
    :: atomic { up[s] -> result[number[s]] = (told[s] -> again : finished) }
    :: atomic { !up[s] -> goto dead }
    fi;
    atomic { if :: up[s] -> locked[s] = false :: else fi }; /* then it says DONE, and syncs */
    atomic { if :: up[s] -> up[s] = false :: else fi };
dead:
    skip
}

/* SIGKILL for a shim; what it supervised lives on and keeps the lock. */
active proctype Killer() {
    byte s;
end:
    do
    :: atomic {
           shim_kills < SHIM_KILLS -> select(s : 0 .. SHIMS - 1);
           if
           :: up[s] -> up[s] = false; shim_kills++; locked[s] = command[s]
           :: else
           fi;
           s = 0
       }
    od
}

/* Without their shim a command and its worker end when they please, the lock before the worker. */
active proctype Orphans() {
    byte s;
end:
    do
    :: atomic {
           select(s : 0 .. SHIMS - 1);
           if :: !up[s] && command[s] -> command[s] = false; locked[s] = false :: else fi;
           s = 0
       }
    :: atomic {
           select(s : 0 .. SHIMS - 1);
           if :: !up[s] && !command[s] && worker[s] -> worker[s] = false :: else fi;
           s = 0
       }
    od
}

#define MAY_DIE \
    if \
    :: skip \
    :: atomic { \
           runner_kills < RUNNER_KILLS -> runner_kills++; i = 0; \
           do :: i < SHIMS -> orphaned[i] = true; i++ :: else -> break od; \
           goto restart \
       } \
    fi

active proctype Runner() {
    byte i, s;
    mtype found;
restart:
    i = 0; s = 0; found = absent;
    do
    :: trial_done -> break

    :: !trial_done && (rows == 0 || row[rows - 1] == lost || row[rows - 1] == again) ->
        if :: rows >= ATTEMPTS || spawned >= SHIMS -> break :: else fi;
        atomic {
            s = spawned; spawned++;
            number[s] = rows; up[s] = true; locked[s] = true; orphaned[s] = false;
            run Shim(s)
        };
        MAY_DIE;
        atomic { row[rows] = live; named[rows] = s; rows++ };
        MAY_DIE;
        go[s] = true;
        MAY_DIE

    :: !trial_done && rows > 0 && row[rows - 1] == live && stops < STOPS ->
        atomic {
            s = named[rows - 1]; stops++;
            if :: up[s] && go[s] -> told[s] = true :: else fi
        };
        MAY_DIE

    :: !trial_done && rows > 0 && row[rows - 1] == live ->
        s = named[rows - 1];
#if VARIANT == 1
        found = (locked[s] -> live : absent);     /* the lock first, the result second */
        MAY_DIE;
        if
        :: result[rows - 1] == absent && found == live -> (!locked[s] || result[rows - 1] != absent)
        :: else
        fi;
#else
        if
        :: result[rows - 1] != absent             /* DONE: the shim may yet be up, making it durable */
        :: !up[s] ->                              /* by pidfd; one without GO sees the closed end */
            MAY_DIE;
            atomic { command[s] = false; worker[s] = false; locked[s] = false } /* killed, waited for */
        fi;
        MAY_DIE;
#endif
        found = result[rows - 1];
        if
        :: found == finished -> atomic { row[rows - 1] = finished; trial_done = true }
        :: found == again    -> row[rows - 1] = again
        :: found == absent   -> row[rows - 1] = lost
        fi;
        MAY_DIE
    od;

    i = 0;
    do
    :: i < ATTEMPTS ->
        assert(!(result[i] != absent && row[i] == lost));
        assert(!(result[i] != absent && row[i] == absent));
        assert(!(result[i] == finished && row[i] == again));
        i++
    :: else -> break
    od
}
