/*
 * How much two names of metrics are alike: `val_acc` and `Validation Accuracy` are, `val_acc` and
 * `val_loss` are not, though they have as many letters in common as not.
 */
#ifndef SWEEP_METRICS_LIKENESS_H
#define SWEEP_METRICS_LIKENESS_H

/** From here on one is probably meant by the other. */
#define LIKENESS_PROBABLE 8

/**
 * Compare word by word: what is measured counts more than on which data.
 *
 * @return larger is more alike; below LIKENESS_PROBABLE: something else
 */
int likeness_of(const char *wanted, const char *name);

#endif
