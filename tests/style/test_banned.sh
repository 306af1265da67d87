#!/usr/bin/env bash
# Functions that are not used here, and those with one door.
. "$(dirname "$0")/../support/style.sh"

# functions (extended regular expression) | files that may call them | what to use
rules='
strcpy|stpcpy|strcat|strncpy|strncat ; - ; strbuf, or memcpy with a known size
sprintf|vsprintf ; - ; snprintf or strbuf_printf
strtok|strtok_r ; - ; strview
atoi|atol|atoll|atof|strto(l|ul|ll|ull|f|d|ld|imax|umax)(_l)? ; src/base/number.c ; base/number.h
gets|v?f?s?scanf ; - ; base/number.h and strview
system|popen ; - ; proc/spawn.h: argv from end to end
rand|srand|rand_r|random|srandom|drand48 ; - ; sweep/rng.h
malloc|calloc|realloc|reallocarray|free|strdup|strndup|v?asprintf|getline ; src/base/.* ; sweep/mem.h
alloca|tmpnam|tempnam|mktemp|gmtime|localtime|ctime|asctime|setlocale|strerror ; - ; what has no state
perror|errx?|warnx? ; - ; struct sweep_error: only cli prints
getenv|secure_getenv|setenv|putenv|unsetenv ; src/(run|shim|cli)/.*|src/base/crash_point.c ; hand it down
clock_gettime|gettimeofday|time ; src/base/clock.c ; base/clock.h
clock_(boot|wall)_(ms|us) ; src/(run|shim|cli|session|directory|asker|advisor|repair)/.*|src/base/clock.[ch] ; hand the time down
getrandom|getentropy|arc4random ; src/(run|shim|cli|session)/.* ; hand the seed down
'

check_tree() {
    (cd "$1" && source_files . src include strategies | sed 's|^\./||' |
        xargs -r awk -f "$support/strip.awk") | awk -v rules="$rules" '
        BEGIN {
            count = split(rules, lines, "\n")
            for (i = 1; i <= count; i++)
                if (split(lines[i], parts, / ; /) == 3) {
                    call[++n] = "(^|[^A-Za-z0-9_.>])(" parts[1] ")[ ]*\\("
                    door[n] = "^(" parts[2] ")$"
                    use[n] = parts[3]
                }
        }
        {
            file = $0
            sub(/:.*/, "", file)
            code = $0
            sub(/^[^:]*:[^:]*:/, "", code)
            if (code !~ /\(/)
                next
            # Each forbidden call is cut out, so that a second one on the line is seen too.
            for (i = 1; i <= n; i++)
                if (match(code, call[i]) && file !~ door[i]) {
                    name = substr(code, RSTART, RLENGTH)
                    gsub(/[^A-Za-z0-9_]/, "", name)
                    split($0, place, ":")
                    print file ":" place[2] ": " name "() is banned here; use " use[i]
                }
        }'
}

put src/run/good.c <<'END'
/* strcpy(a, b); */
char *text = "system(1)"; // popen(x)
char quote = '"'; int x = timed(1); strategy->free(state); sweep_free(x); other.system(1);
const char *home = getenv("HOME");
END
must_pass
put src/view/bad.c <<'END'
    strcpy(a, b);
    n = atoi (text) + rand();
    free(p);
    /* comment */ getenv("HOME");
    now = clock_wall_us();
END
put src/base/number.c <<'END'
    double x = strtod(text, NULL);
    system("true");
END
must_find 'bad.c:1: strcpy()' 'bad.c:2: atoi()' 'bad.c:2: rand()' 'bad.c:3: free()' \
    'bad.c:4: getenv()' 'bad.c:5: clock_wall_us()' 'number.c:2: system()'
check_sources
