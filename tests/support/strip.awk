# C source without its comments and with empty strings and characters, as FILE:LINE:code lines, so
# that a search for a word finds only code.
FNR == 1 { in_comment = 0 }
{
    line = $0
    code = ""
    while (line != "") {
        if (in_comment) {
            at = index(line, "*/")
            if (at == 0)
                break
            line = substr(line, at + 2)
            in_comment = 0
        } else if (match(line, /\/\*|\/\/|"|'/)) {
            code = code substr(line, 1, RSTART - 1)
            mark = substr(line, RSTART, RLENGTH)
            line = substr(line, RSTART + RLENGTH)
            if (mark == "/*")
                in_comment = 1
            else if (mark == "//")
                line = ""
            else {
                # The rest of the literal: escaped or other characters up to the closing quote.
                if (mark == "\"")
                    match(line, /^([^"\\]|\\.)*"/)
                else
                    match(line, /^([^'\\]|\\.)*'/)
                code = code mark mark
                line = RLENGTH > 0 ? substr(line, RLENGTH + 1) : ""
            }
        } else {
            code = code line
            line = ""
        }
    }
    print FILENAME ":" FNR ":" code
}
