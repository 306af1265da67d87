/*
 * The attempt protocol under Slurm (src/exec/slurm, src/shim/job.c), for the model checker Spin.
 *
 * Nobody waits for GO: the row is committed before sbatch, so a job may run as soon as it exists.
 * What replaces GO is the claim, a file that can be created once: by the job that is to execute the
 * attempt, or by the runner, and then no job ever executes it. What replaces a pidfd is the word of
 * Slurm, which may be wrong: a submission of which nobody knows whether it was accepted, a list that
 * lacks a job, a node that is given up while its job runs on. So the runner revokes an attempt
 * before it gives it up, waits until its shim must have seen that, and then publishes the result
 * itself; of two results the first one is there for good.
 *
 * With PILOTS a job stands for a shim in a pilot (src/shim/pilot.c). What submits it is a ticket,
 * which is put again whenever nobody is seen to have the claim, so that several may try at any time;
 * `listed` is what Slurm says of its pilot. The shim may die while the pilot lives: then nobody sees
 * that the attempt is revoked, its command goes on, and Slurm has nothing to say. So the pilot kills
 * what is left, and if the shim had the claim, says that the attempt is lost.
 *
 * What must hold, whatever is killed when:
 *   - never two live copies of the trial (count_live);
 *   - a result that was published stays, and is recorded as what it says (the end).
 *
 * VARIANT chooses the design:
 *   0  ours
 *   1  no claim: a job that was submitted twice runs twice
 *   2  Slurm's word is believed: what it no longer lists is dead
 *   3  the last result wins, not the first
 *   4  with PILOTS: a pilot speaks for an attempt whose shim had not claimed it
 *   5  with PILOTS: a pilot speaks before it has killed what is left
 * Variants 1 to 5 show that the checker can fail: test_model.sh wants them to.
 */
#ifndef VARIANT
#define VARIANT 0
#endif
#ifndef RUNNER_KILLS
#define RUNNER_KILLS 2
#endif
#ifndef LIES
#define LIES 1                    /* lists without a job that is there, and nodes given up alive */
#endif
#ifndef PILOTS
#define PILOTS 0
#endif
#define ATTEMPTS 2
#ifndef JOBS
#define JOBS     4
#endif
#define NOBODY   255
#define RUNNER   254

mtype = { absent, live, finished, lost };

/* The database: a commit is atomic and survives. */
mtype row[ATTEMPTS] = absent;
bool  trial_done = false;

/* Files on the shared file system. */
bool  intent[ATTEMPTS];          /* the manifest that names the attempt */
byte  claim[ATTEMPTS] = NOBODY;
bool  revoked[ATTEMPTS];
mtype result[ATTEMPTS] = absent;
mtype first[ATTEMPTS] = absent;  /* what was published first: only the checker knows */

/* Slurm and the nodes. */
byte number[JOBS];               /* the attempt that a job is for */
bool listed[JOBS];               /* Slurm says that it waits or runs */
bool up[JOBS];                   /* its shim executes the command */

byte rows = 0, jobs = 0, runner_kills = 0, lies = 0;
byte copies = 0, c = 0;          /* scratch, always 0 between steps */

inline count_live() {
    do
    :: c < JOBS -> copies = copies + (up[c] -> 1 : 0); c++
    :: else -> break
    od;
    assert(copies <= 1);
    copies = 0;
    c = 0
}

inline publish(attempt, what) {
    if :: first[attempt] == absent -> first[attempt] = what :: else fi;
#if VARIANT == 3
    result[attempt] = what
#else
    if :: result[attempt] == absent -> result[attempt] = what :: else fi
#endif
}

proctype Job(byte j) {
    if
    :: atomic { listed[j] = false; goto gone }        /* cancelled before it began */
#if PILOTS
    :: goto dead                                      /* its shim dies before it has the claim */
#endif
    :: skip
    fi;
#if VARIANT == 1
    atomic { up[j] = true; claim[number[j]] = j; count_live() };
#else
    atomic {
        if
        :: claim[number[j]] == NOBODY -> claim[number[j]] = j; up[j] = true; count_live()
        :: else -> listed[j] = false; goto gone       /* a twin */
        fi
    };
#endif
    do
    :: atomic { lies < LIES && listed[j] -> lies++; listed[j] = false } /* its node is given up */
    :: atomic { up[j] = false; listed[j] = false; goto gone }           /* killed */
#if PILOTS
    :: goto dead                                                        /* only its shim */
#endif
#if VARIANT != 2
    :: atomic { revoked[number[j]] -> up[j] = false; listed[j] = false; goto gone }
#endif
    :: atomic { publish(number[j], finished); up[j] = false };          /* nothing of it is left */
       atomic { listed[j] = false; goto gone }
    od;
#if PILOTS
dead:
#if VARIANT == 5
    atomic { if :: claim[number[j]] == j -> publish(number[j], lost) :: else fi };
#endif
    if
    :: atomic { up[j] = false; listed[j] = false; goto gone }           /* the pilot dies too */
    :: up[j] = false
    fi;
    if
    :: atomic { listed[j] = false; goto gone }
#if VARIANT == 4
    :: atomic { publish(number[j], lost) }
#elif VARIANT != 5
    :: atomic { claim[number[j]] == j -> publish(number[j], lost) }
#endif
    :: claim[number[j]] != j
    fi;
    listed[j] = false
#endif
gone:
    skip
}

#define MAY_DIE \
    if \
    :: skip \
    :: atomic { runner_kills < RUNNER_KILLS -> runner_kills++; goto restart } \
    fi

inline submit(attempt) {
    if
    :: atomic {
           jobs < JOBS -> number[jobs] = attempt; listed[jobs] = true; run Job(jobs); jobs++
       }
    :: skip                                           /* it was not accepted, and we may not know */
    fi
}

active proctype Runner() {
    byte i, a;
    bool seen;
restart:
    i = 0; a = 0; seen = false;
    do
    :: trial_done -> break

    :: !trial_done && (rows == 0 || row[rows - 1] == lost) ->
        if :: rows >= ATTEMPTS -> break :: else fi;
        atomic { row[rows] = live; rows++ };
        MAY_DIE

    :: !trial_done && rows > 0 && row[rows - 1] == live ->
        a = rows - 1;
        if
        :: !intent[a] -> intent[a] = true; MAY_DIE; submit(a); MAY_DIE; goto next
        :: else
        fi;
#if PILOTS
        if
        :: claim[a] == NOBODY && jobs < JOBS -> submit(a); MAY_DIE     /* its ticket, once more */
        :: skip
        fi;
#endif
        if
        :: result[a] != absent ->
            atomic {
                row[a] = result[a];
                if :: row[a] == finished -> trial_done = true :: else fi
            };
            MAY_DIE;
            goto next
        :: else
        fi;
        atomic {                                      /* squeue */
            seen = false; i = 0;
            do
            :: i < jobs -> seen = seen || (listed[i] && number[i] == a); i++
            :: else -> break
            od;
            if :: seen && lies < LIES -> lies++; seen = false :: skip fi;
            i = 0
        };
        if
        :: seen -> goto next
        :: !seen && claim[a] == NOBODY && jobs < JOBS -> submit(a); MAY_DIE; goto next
        :: else
        fi;
#if VARIANT != 2
        atomic { if :: claim[a] == NOBODY -> claim[a] = RUNNER :: else fi };
        MAY_DIE;
        if
        :: claim[a] != RUNNER ->
            revoked[a] = true;
            MAY_DIE;
            !up[claim[a]] || result[a] != absent      /* long enough for its shim to look */
        :: else
        fi;
        MAY_DIE;
#endif
        atomic { publish(a, lost) };
        MAY_DIE;
next:
        seen = false
    od;

    i = 0;
    do
    :: i < ATTEMPTS ->
        assert(result[i] == first[i]);
        assert(!(first[i] == finished && row[i] == lost));
        assert(!(first[i] == lost && row[i] == finished));
        i++
    :: else -> break
    od
}
