/*
 * A small trainer: a multi-layer perceptron that learns to read handwritten digits.
 *
 * It stands for your own training script: it takes its settings as --name=value, prints one line
 * per epoch and knows nothing of sweep. Plain C and the maths library, one core, deterministic by
 * --seed. Build it with: cc -O3 -o train train.c -lm
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIXELS = 64,
    CLASSES = 10,
    LAYERS_MAX = 3, /* two hidden ones and the output */
    HIDDEN_MAX = 1024,
    IMAGES_MAX = 10000,
    LINE_MAX_BYTES = 1024
};

/* --- options ------------------------------------------------------------------------------ */

struct options {
    double lr;
    const char *optimizer;
    long hidden;
    long layers; /* hidden ones: 1 or 2 */
    long batch_size;
    long epochs;
    double weight_decay;
    double dropout;
    long seed;
    const char *data;
};

static _Noreturn void fail(const char *what, const char *which)
{
    fprintf(stderr, "train: %s: %s\n", what, which);
    exit(2);
}

static double real_option(const char *text, double min, double max, const char *argument)
{
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || errno == ERANGE || !(value >= min && value <= max))
        fail("not a number in the range of this option", argument);
    return value;
}

static long count_option(const char *text, long min, long max, const char *argument)
{
    double value = real_option(text, (double)min, (double)max, argument);
    if (value != floor(value))
        fail("not a whole number", argument);
    return (long)value;
}

/* The text after --NAME= if `argument` is that option, else NULL. */
static const char *option_text(const char *argument, const char *name)
{
    size_t length = strlen(name);
    bool same = strncmp(argument, name, length) == 0 && argument[length] == '=';
    return same ? argument + length + 1 : NULL;
}

static void read_option(struct options *o, const char *argument)
{
    const char *text;
    if ((text = option_text(argument, "--lr")) != NULL)
        o->lr = real_option(text, 0, 1e6, argument);
    else if ((text = option_text(argument, "--optimizer")) != NULL)
        o->optimizer = text;
    else if ((text = option_text(argument, "--hidden")) != NULL)
        o->hidden = count_option(text, 1, HIDDEN_MAX, argument);
    else if ((text = option_text(argument, "--layers")) != NULL)
        o->layers = count_option(text, 1, LAYERS_MAX - 1, argument);
    else if ((text = option_text(argument, "--batch-size")) != NULL)
        o->batch_size = count_option(text, 1, IMAGES_MAX, argument);
    else if ((text = option_text(argument, "--epochs")) != NULL)
        o->epochs = count_option(text, 1, 100000, argument);
    else if ((text = option_text(argument, "--weight-decay")) != NULL)
        o->weight_decay = real_option(text, 0, 1e6, argument);
    else if ((text = option_text(argument, "--dropout")) != NULL)
        o->dropout = real_option(text, 0, 0.95, argument);
    else if ((text = option_text(argument, "--seed")) != NULL)
        o->seed = count_option(text, 0, 1L << 53, argument);
    else if ((text = option_text(argument, "--data")) != NULL)
        o->data = text;
    else
        fail("unknown option", argument);
}

/* --- random numbers: splitmix64 ------------------------------------------------------------ */

static uint64_t random_bits(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double random_uniform(uint64_t *state)
{
    return (double)(random_bits(state) >> 11) * 0x1p-53;
}

static void shuffle(size_t *items, size_t count, uint64_t *state)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)(random_uniform(state) * (double)i);
        size_t swap = items[i - 1];
        items[i - 1] = items[j];
        items[j] = swap;
    }
}

/* --- data ----------------------------------------------------------------------------------- */

struct data {
    float (*pixels)[PIXELS]; /* [count] scaled to 0..1 */
    unsigned char *labels;   /* [count] */
    size_t count;
    size_t *train; /* [train_count] indices */
    size_t train_count;
    size_t *validation; /* [validation_count] indices */
    size_t validation_count;
};

static void *allocate(size_t count, size_t size)
{
    void *block = calloc(count, size);
    if (block == NULL)
        fail("out of memory", "calloc");
    return block;
}

/* One line: 64 pixels of 0..16, then the digit, separated by commas. */
static bool read_image(const char *line, float pixels[PIXELS], unsigned char *label)
{
    for (int i = 0; i <= PIXELS; i++) {
        char *end;
        long value = strtol(line, &end, 10);
        bool last = i == PIXELS;
        if (end == line || value < 0 || value > (last ? CLASSES - 1 : 16) ||
            *end != (last ? '\n' : ','))
            return false;
        if (last)
            *label = (unsigned char)value;
        else
            pixels[i] = (float)value / 16;
        line = end + 1;
    }
    return true;
}

/* Every fourth image of each class, in an order that is the same for every seed, is kept for
 * validation: trials with different seeds stay comparable. */
static void split(struct data *data)
{
    uint64_t state = 20261124;
    size_t *order = allocate(data->count, sizeof *order);
    for (size_t i = 0; i < data->count; i++)
        order[i] = i;
    shuffle(order, data->count, &state);
    size_t seen[CLASSES] = {0};
    for (size_t i = 0; i < data->count; i++)
        if (seen[data->labels[order[i]]]++ % 4 == 0)
            data->validation[data->validation_count++] = order[i];
        else
            data->train[data->train_count++] = order[i];
    free(order);
}

static void load(struct data *data, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        fail(strerror(errno), path);
    data->pixels = allocate(IMAGES_MAX, sizeof *data->pixels);
    data->labels = allocate(IMAGES_MAX, sizeof *data->labels);
    data->train = allocate(IMAGES_MAX, sizeof *data->train);
    data->validation = allocate(IMAGES_MAX, sizeof *data->validation);
    char line[LINE_MAX_BYTES];
    while (data->count < IMAGES_MAX && fgets(line, sizeof line, file) != NULL) {
        if (!read_image(line, data->pixels[data->count], &data->labels[data->count]))
            fail("a line is not 64 pixels and a digit", path);
        data->count++;
    }
    fclose(file);
    split(data);
    if (data->train_count == 0 || data->validation_count == 0)
        fail("too few images", path);
}

static void unload(struct data *data)
{
    free(data->pixels);
    free(data->labels);
    free(data->train);
    free(data->validation);
}

/* --- the network ----------------------------------------------------------------------------- */

struct layer {
    size_t in, out;
    size_t weights; /* place of its [in x out] weights in the parameters; [out] biases follow */
    float *z;       /* [out] its output for one image: after ReLU, or the logits */
    float *dz;      /* [out] the loss's gradient with respect to it */
};

struct net {
    struct layer layers[LAYERS_MAX];
    size_t layer_count;
    size_t size;     /* parameters */
    float *params;   /* [size] */
    float *gradient; /* [size] summed over a batch */
    float *first;    /* [size] momentum, or Adam's first moment */
    float *second;   /* [size] Adam's second moment */
    double dropout;
    uint64_t random;
};

static void net_create(struct net *net, const struct options *o)
{
    net->layer_count = (size_t)o->layers + 1;
    net->dropout = o->dropout;
    net->random = (uint64_t)o->seed;
    size_t in = PIXELS;
    for (size_t i = 0; i < net->layer_count; i++) {
        size_t out = i + 1 < net->layer_count ? (size_t)o->hidden : CLASSES;
        net->layers[i] = (struct layer){.in = in, .out = out, .weights = net->size};
        net->layers[i].z = allocate(out, sizeof(float));
        net->layers[i].dz = allocate(out, sizeof(float));
        net->size += in * out + out;
        in = out;
    }
    net->params = allocate(net->size, sizeof(float));
    net->gradient = allocate(net->size, sizeof(float));
    net->first = allocate(net->size, sizeof(float));
    net->second = allocate(net->size, sizeof(float));
    for (size_t i = 0; i < net->layer_count; i++) {
        /* He et al. 2015: uniform with variance 2 / in. */
        const struct layer *l = &net->layers[i];
        double bound = sqrt(6.0 / (double)l->in);
        for (size_t k = 0; k < l->in * l->out; k++) {
            double u = random_uniform(&net->random);
            net->params[l->weights + k] = (float)((2 * u - 1) * bound);
        }
    }
}

static void net_free(struct net *net)
{
    for (size_t i = 0; i < net->layer_count; i++) {
        free(net->layers[i].z);
        free(net->layers[i].dz);
    }
    free(net->params);
    free(net->gradient);
    free(net->first);
    free(net->second);
}

static void relu_and_drop(struct net *net, const struct layer *l, bool training)
{
    bool drop = training && net->dropout > 0;
    float scale = drop ? (float)(1 / (1 - net->dropout)) : 1;
    for (size_t k = 0; k < l->out; k++) {
        bool off = l->z[k] <= 0 || (drop && random_uniform(&net->random) < net->dropout);
        l->z[k] = off ? 0 : l->z[k] * scale;
    }
}

static void forward(struct net *net, const float *image, bool training)
{
    const float *x = image;
    for (size_t i = 0; i < net->layer_count; i++) {
        struct layer *l = &net->layers[i];
        const float *w = net->params + l->weights;
        memcpy(l->z, w + l->in * l->out, l->out * sizeof(float));
        for (size_t j = 0; j < l->in; j++)
            for (size_t k = 0; k < l->out; k++)
                l->z[k] += x[j] * w[j * l->out + k];
        if (i + 1 < net->layer_count)
            relu_and_drop(net, l, training);
        x = l->z;
    }
}

/* Cross-entropy of the softmax of the logits; leaves its gradient in the last layer's dz. */
static double softmax_loss(const struct layer *output, unsigned label)
{
    float top = output->z[0];
    for (size_t k = 1; k < CLASSES; k++)
        top = output->z[k] > top ? output->z[k] : top;
    double sum = 0;
    for (size_t k = 0; k < CLASSES; k++)
        sum += exp((double)(output->z[k] - top));
    for (size_t k = 0; k < CLASSES; k++) {
        double p = exp((double)(output->z[k] - top)) / sum;
        output->dz[k] = (float)(p - (k == label));
    }
    return log(sum) - (double)(output->z[label] - top);
}

static void backward(struct net *net, const float *image)
{
    for (size_t i = net->layer_count; i-- > 0;) {
        const struct layer *l = &net->layers[i];
        const struct layer *below = i > 0 ? &net->layers[i - 1] : NULL;
        const float *x = below != NULL ? below->z : image;
        const float *w = net->params + l->weights;
        float *dw = net->gradient + l->weights;
        float keep = below != NULL ? (float)(1 / (1 - net->dropout)) : 1;
        for (size_t j = 0; j < l->in; j++) {
            float dx = 0;
            for (size_t k = 0; k < l->out; k++) {
                dw[j * l->out + k] += x[j] * l->dz[k];
                dx += w[j * l->out + k] * l->dz[k];
            }
            if (below != NULL)
                below->dz[j] = x[j] > 0 ? dx * keep : 0;
        }
        for (size_t k = 0; k < l->out; k++)
            dw[l->in * l->out + k] += l->dz[k];
    }
}

/* --- optimisers ------------------------------------------------------------------------------ */

typedef void update_fn(struct net *net, const struct options *o, long step);

static void update_sgd(struct net *net, const struct options *o, long step)
{
    (void)step;
    for (size_t i = 0; i < net->size; i++)
        net->params[i] -= (float)o->lr * net->gradient[i];
}

/* Nesterov's form, momentum 0.9. */
static void update_momentum(struct net *net, const struct options *o, long step)
{
    (void)step;
    const float mu = 0.9f;
    for (size_t i = 0; i < net->size; i++) {
        net->first[i] = mu * net->first[i] + net->gradient[i];
        net->params[i] -= (float)o->lr * (net->gradient[i] + mu * net->first[i]);
    }
}

/* Kingma and Ba 2015, beta 0.9 and 0.999. */
static void update_adam(struct net *net, const struct options *o, long step)
{
    double correct1 = 1 - pow(0.9, (double)step);
    double correct2 = 1 - pow(0.999, (double)step);
    float rate = (float)(o->lr * sqrt(correct2) / correct1);
    for (size_t i = 0; i < net->size; i++) {
        float g = net->gradient[i];
        net->first[i] = 0.9f * net->first[i] + 0.1f * g;
        net->second[i] = 0.999f * net->second[i] + 0.001f * g * g;
        net->params[i] -= rate * net->first[i] / (sqrtf(net->second[i]) + 1e-8f);
    }
}

static const struct {
    const char *name;
    update_fn *update;
} OPTIMIZERS[] = {{"sgd", update_sgd}, {"momentum", update_momentum}, {"adam", update_adam}};

static update_fn *find_optimizer(const char *name)
{
    for (size_t i = 0; i < sizeof OPTIMIZERS / sizeof *OPTIMIZERS; i++)
        if (strcmp(OPTIMIZERS[i].name, name) == 0)
            return OPTIMIZERS[i].update;
    fail("--optimizer is sgd, momentum or adam, not", name);
}

/* --- training -------------------------------------------------------------------------------- */

/* Sum the gradient of one batch and turn it into a mean with weight decay. @return summed loss */
static double batch_gradient(struct net *net, const struct data *data, const size_t *batch,
                             size_t count, double weight_decay)
{
    double loss = 0;
    memset(net->gradient, 0, net->size * sizeof(float));
    for (size_t i = 0; i < count; i++) {
        const float *image = data->pixels[batch[i]];
        forward(net, image, true);
        loss += softmax_loss(&net->layers[net->layer_count - 1], data->labels[batch[i]]);
        backward(net, image);
    }
    for (size_t i = 0; i < net->size; i++)
        net->gradient[i] = net->gradient[i] / (float)count + (float)weight_decay * net->params[i];
    return loss;
}

static void validate(struct net *net, const struct data *data, double *loss, double *accuracy)
{
    const struct layer *output = &net->layers[net->layer_count - 1];
    size_t right = 0;
    *loss = 0;
    for (size_t i = 0; i < data->validation_count; i++) {
        size_t image = data->validation[i];
        forward(net, data->pixels[image], false);
        *loss += softmax_loss(output, data->labels[image]);
        size_t answer = 0;
        for (size_t k = 1; k < CLASSES; k++)
            answer = output->z[k] > output->z[answer] ? k : answer;
        right += answer == data->labels[image];
    }
    *loss /= (double)data->validation_count;
    *accuracy = (double)right / (double)data->validation_count;
}

static void train(struct net *net, const struct data *data, const struct options *o)
{
    update_fn *update = find_optimizer(o->optimizer);
    uint64_t random = (uint64_t)o->seed ^ 0x5eed;
    long step = 0;
    for (long epoch = 1; epoch <= o->epochs; epoch++) {
        double loss = 0;
        shuffle(data->train, data->train_count, &random);
        for (size_t at = 0; at < data->train_count; at += (size_t)o->batch_size) {
            size_t left = data->train_count - at;
            size_t count = left < (size_t)o->batch_size ? left : (size_t)o->batch_size;
            loss += batch_gradient(net, data, data->train + at, count, o->weight_decay);
            update(net, o, ++step);
        }
        double val_loss, val_acc;
        validate(net, data, &val_loss, &val_acc);
        printf("epoch %ld/%ld loss %.4f val_loss %.4f val_acc %.4f\n", epoch, o->epochs,
               loss / (double)data->train_count, val_loss, val_acc);
        fflush(stdout); /* a line that is still in our buffer is lost when we are killed */
    }
}

int main(int argc, char **argv)
{
    struct options o = {
        .lr = 0.01,
        .optimizer = "momentum",
        .hidden = 64,
        .layers = 1,
        .batch_size = 32,
        .epochs = 20,
        .seed = 1,
        .data = "digits.csv",
    };
    for (int i = 1; i < argc; i++)
        read_option(&o, argv[i]);
    struct data data = {0};
    load(&data, o.data);
    struct net net = {0};
    net_create(&net, &o);
    train(&net, &data, &o);
    net_free(&net);
    unload(&data);
    return 0;
}
