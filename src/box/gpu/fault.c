/*
 * The table of Xids. To blame is the GPU where NVIDIA's immediate action is to reset it, or worse;
 * the program where it is to restart the program; nobody where it is to ignore it. One differs: a
 * contained memory error (94) ends a program that has done nothing, by memory that is broken.
 */
#include "box/gpu/fault.h"

#include <stddef.h>

#include "base/array.h"

static const struct {
    unsigned first, last;
    enum fault_blame blame;
    const char *words;
} XIDS[] = {
    {8, 8, FAULT_OF_TRIAL, "the GPU stopped working on what the program asked for"},
    {11, 11, FAULT_OF_TRIAL, "the commands of the program were not understood"},
    {13, 13, FAULT_OF_TRIAL,
     "the program did something illegal on the GPU, such as an access out "
     "of bounds"},
    {25, 25, FAULT_OF_TRIAL, "the commands of the program were not understood"},
    {31, 31, FAULT_OF_TRIAL, "the program used an address of the GPU's memory that is not its own"},
    {32, 32, FAULT_OF_TRIAL, "the commands of the program were not understood"},
    {39, 41, FAULT_OF_TRIAL, "a copy from or to the GPU failed"},
    {43, 43, FAULT_OF_OTHERS, "the driver stopped the program's work after an error"},
    {45, 45, FAULT_OF_OTHERS, "the driver cleaned up after a program that ended or was killed"},
    {46, 46, FAULT_OF_GPU, "it stopped working"},
    {48, 48, FAULT_OF_GPU, "an error of its memory that could not be corrected"},
    {54, 54, FAULT_OF_GPU, "its power cable is not connected"},
    {60, 60, FAULT_OF_TRIAL, "a video could not be decoded"},
    {62, 62, FAULT_OF_GPU, "its own controller stopped"},
    {63, 63, FAULT_OF_NOBODY, "a bad part of its memory is replaced at its next reset"},
    {64, 64, FAULT_OF_GPU, "a bad part of its memory could not be replaced"},
    {68, 68, FAULT_OF_TRIAL, "a video could not be decoded"},
    {69, 69, FAULT_OF_TRIAL, "the program did something illegal on the GPU"},
    {70, 72, FAULT_OF_TRIAL, "a copy from or to the GPU failed"},
    {74, 74, FAULT_OF_GPU, "its link to other GPUs (NVLink) failed"},
    {75, 77, FAULT_OF_TRIAL, "a copy from or to the GPU failed"},
    {79, 79, FAULT_OF_GPU, "it has fallen off the bus"},
    {80, 80, FAULT_OF_TRIAL, "damaged data was sent to the GPU"},
    {82, 84, FAULT_OF_TRIAL, "a picture or video could not be decoded"},
    {85, 85, FAULT_OF_TRIAL, "a copy from or to the GPU failed"},
    {88, 89, FAULT_OF_TRIAL, "a video could not be decoded"},
    {92, 92, FAULT_OF_NOBODY, "its memory has many errors, which were corrected"},
    {93, 93, FAULT_OF_NOBODY, "its settings were written too often"},
    {94, 94, FAULT_OF_GPU, "an error of its memory ended the program that used it"},
    {95, 95, FAULT_OF_GPU, "an error of its memory ended all programs on it"},
    {96, 105, FAULT_OF_TRIAL, "a picture or video could not be decoded"},
    {109, 109, FAULT_OF_GPU, "it did not change from one program to another"},
    {110, 110, FAULT_OF_GPU, "a fault of its own security"},
    {119, 119, FAULT_OF_GPU, "its own processor (GSP) does not answer the driver"},
    {120, 120, FAULT_OF_GPU, "its own processor (GSP) failed"},
    {121, 121, FAULT_OF_NOBODY, "its link to the processor had an error, which was corrected"},
    {126, 135, FAULT_OF_TRIAL, "a copy from or to the GPU failed"},
    {136, 136, FAULT_OF_GPU, "its link to other GPUs (NVLink) could not be started"},
    {140, 140, FAULT_OF_GPU, "an error of its memory that could not be corrected"},
    {143, 143, FAULT_OF_GPU, "the driver could not start it"},
    {155, 155, FAULT_OF_GPU, "its link to other GPUs (NVLink) failed"},
    {156, 156, FAULT_OF_GPU, "a bad part of it is replaced, for which it must be reset"},
    {158, 158, FAULT_OF_GPU, "it does not answer any more"},
};

/* The other kinds; the first is not used. */
static const struct {
    enum fault_blame blame;
    const char *words;
} KINDS[FAULT_KIND_COUNT] = {
    [FAULT_XID] = {FAULT_OF_NOBODY, ""},
    [FAULT_LOST] = {FAULT_OF_GPU, "the driver has lost it"},
    [FAULT_MEMORY] = {FAULT_OF_NOBODY, "its memory has new errors, which could not be corrected"},
    [FAULT_HEAT] = {FAULT_OF_NOBODY, "it is too hot and slows down"},
    [FAULT_POWER] = {FAULT_OF_NOBODY, "it gets too little power and slows down"},
};

#define NO_ROW ARRAY_LENGTH(XIDS)

static size_t find_row(unsigned xid)
{
    size_t row = 0;
    while (row < NO_ROW && (xid < XIDS[row].first || xid > XIDS[row].last))
        row++;
    return row;
}

enum fault_blame fault_blame(const struct fault *fault)
{
    if (fault->kind != FAULT_XID)
        return KINDS[fault->kind].blame;
    size_t row = find_row(fault->xid);
    return row < NO_ROW ? XIDS[row].blame : FAULT_OF_NOBODY;
}

void fault_describe(const struct fault *fault, struct strbuf *out)
{
    if (fault->kind != FAULT_XID) {
        strbuf_append_text(out, KINDS[fault->kind].words);
        return;
    }
    size_t row = find_row(fault->xid);
    strbuf_printf(out, "Xid %u: %s", fault->xid,
                  row < NO_ROW ? XIDS[row].words : "see NVIDIA's list of Xid errors");
}

bool fault_is_same(const struct fault *a, const struct fault *b)
{
    return a->kind == b->kind && (a->kind != FAULT_XID || a->xid == b->xid);
}
