/* The look back of trunk/ once more, compiled: strapdown.py, tilt.py, drop.py, standing.py and, under them, banded.py.
 *
 * The equations are written in Python first, and are to be read there: reasons, units and sources stand beside them.
 * Here they are only faster, because a look back is some hundred numpy calls on arrays so short that the calls cost
 * more than the work. tests/test_compiled.py holds the two against each other.
 *
 * Numbers lie as numpy has them: (rows, columns), row after row; where rows are parts of longer ones, `row` is how far
 * apart they begin. They are finite: the stream's door (stream.py) sees to that. Nothing is kept between calls. Entries
 * return 0 or one of the failures below.
 */
#ifndef SMOOTHERS_H
#define SMOOTHERS_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

#define GRAVITY 9.80665
#define RADIANS (3.14159265358979323846 / 180)

enum { UNDETERMINED = -1, OUT_OF_MEMORY = -2 };

/* Of a, which may not be a number and then stays so, and b. */
static inline double least(double a, double b) { return b < a ? b : a; }
static inline double greatest(double a, double b) { return b > a ? b : a; }
static inline double square(double x) { return x * x; }
static inline long at_least(long fewest, double wanted) { return (long)greatest(nearbyint(wanted), (double)fewest); }

/* The nine numbers of a rotation matrix, row by row, from its quaternion. */
static inline void rotation_of(const double *q, double *nine) {
    const double wx = 2 * q[0] * q[1], wy = 2 * q[0] * q[2], wz = 2 * q[0] * q[3];
    const double xx = 2 * q[1] * q[1], xy = 2 * q[1] * q[2], xz = 2 * q[1] * q[3];
    const double yy = 2 * q[2] * q[2], yz = 2 * q[2] * q[3], zz = 2 * q[3] * q[3];
    nine[0] = 1 - (yy + zz), nine[1] = xy - wz, nine[2] = xz + wy;
    nine[3] = xy + wz, nine[4] = 1 - (xx + zz), nine[5] = yz - wx;
    nine[6] = xz - wy, nine[7] = yz + wx, nine[8] = 1 - (xx + yy);
}

/* ---- banded.c: least squares along a chain with two states to an edge and up to seven constants ---- */

#define BAND 4  /* a state and the three after it */
#define SIDES 8 /* the right side, then what each constant adds */
typedef double Sides __attribute__((vector_size(SIDES * sizeof(double)), aligned(sizeof(double))));

typedef struct {
    long states; /* of one chain */
    int chains, constants;
    double (*band)[BAND]; /* (states): what a state and the d-th after it have in common */
    Sides *sides;         /* (chains, states) */
    Sides corner[SIDES];  /* the sides' products with each other */
} Chain;

typedef struct {
    double *states;         /* (chains, states) */
    double *constants;      /* (constants) */
    double *precision;      /* (constants, constants) */
    double (*factor)[BAND]; /* (states), Cholesky's, as `band` */
    Sides *border;          /* (chains, states), the sides brought into the factor's terms */
} Answer;

int chain_open(Chain *chain, long edges, int chains, int constants, const double *mean, const double *precision);
void chain_close(Chain *chain);
int chain_solve(const Chain *chain, const double *held, const Answer *answer);
void chain_rooted(const Chain *chain, const Answer *answer);

/* One equation of each chain: sum_a factor[a] x[index[a]] + constants @ side[1:] = side[0]; index rises. */
static inline void chain_row(Chain *chain, int count, const long *index, const double *factor, double precision,
                             const Sides *side) {
    for (int a = 0; a < count; a++)
        for (int b = a; b < count; b++)
            chain->band[index[a]][index[b] - index[a]] += precision * factor[a] * factor[b];
    for (int k = 0; k < chain->chains; k++) {
        const Sides heavy = side[k] * precision;
        for (int a = 0; a < count; a++) chain->sides[k * chain->states + index[a]] += factor[a] * heavy;
        for (int a = 0; a < SIDES; a++) chain->corner[a] += heavy[a] * side[k];
    }
}

/* ---- strapdown.c, steps.py: rows of the table of blocks, and a window's blocks taken together to steps ---- */

enum { ROTATION = 0, TURNED = 9, GAINED = 18, MOVED = 21, SQUARE = 24, GYR = 30, GYR2 = 33, ACC = 34, ACC2 = 37,
       GREATEST = 38, LEAST = 39, QUANTITIES = 40 };

typedef struct {
    long blocks, block; /* block: samples in one */
    double rate_hz;
    const double *acc, *gyr, *q; /* (blocks block + 1, 3), (blocks block, 3), (blocks block, 4) */
    const double *begin;         /* (9) */
    double *table;               /* (QUANTITIES, blocks) */
} SumsCall;

typedef struct {
    long blocks, together, count; /* count: samples in a block */
    double step_s, gravity_mps2;  /* of a block */
    const double *rotation;       /* (9, blocks+1) */
    const double *rows;           /* (QUANTITIES, blocks) */
    long rotation_row, row;
} Window;

static inline long steps_of(const Window *w) { return w->blocks / w->together; }
static inline long skipped(const Window *w) { return w->blocks % w->together; }
static inline long edge_of(const Window *w, long step) { return skipped(w) + step * w->together; }
static inline double step_of(const Window *w) { return w->step_s * (double)w->together; }

/* A row's sum over a step's blocks. */
static inline double total(const Window *w, int row, long step) {
    const double *of_blocks = w->rows + row * w->row + edge_of(w, step);
    double sum = of_blocks[0];
    for (long k = 1; k < w->together; k++) sum += of_blocks[k];
    return sum;
}

/* The edge of a step nearest to the edge of a block. */
static inline long nearest(const Window *w, long edge) {
    const long away = edge - skipped(w) + w->together / 2;
    return away < 0 ? 0 : away / w->together;
}

/* ---- tilt.c ---- */

typedef struct { /* the numbers of TiltSettings */
    double block_s, calm_velocity_mps, lever_m, shake_s, correlation_s, start_tilt_deg, gyr_walk_deg_rts,
        acc_walk_mps_rts, gyr_offset_deg_s, acc_offset_mps2;
} TiltSettings;

typedef struct {
    Window window;
    const TiltSettings *settings;
    const double *filtered; /* (blocks+1, 4) */
    long filtered_row;
    const double *constants;              /* (6, 6) */
    double *world, *heading, *gyr_offset; /* (3, 3, steps+1), (steps+1), (3) */
    double *vertical, *up;                /* (3, blocks+1) */
} TiltCall;

/* ---- drop.c, standing.c ---- */

typedef struct { /* the numbers of DropSettings */
    double block_s, velocity_walk_mps_rts, shaken_walk_rts, height_walk_m, standing_velocity_mps, loosest_velocity_mps,
        pose_velocity_mps, pose_reach_s, unknown_height_m, cut_velocity_mps, upright_deg;
} DropSettings;

typedef struct { /* of StandingSettings */
    double pose_height_m, loose_share, pose_activity, shortest_pose_s, pose_evidence_s, same_level_m, seat_m, unheld_m,
        end_height_m, step_window_s, step_residual_m, step_slope_mps, step_height_m, step_distrust_m, step_evidence_s;
} StandingSettings;

typedef struct { /* of CalmSettings */
    double gyr_sd_deg_s, acc_sd_mps2, rate_deg_s, coarse_acc_mps2, coarse_gyr_radps;
} CalmSettings;

typedef struct { /* the equations of drop.py's _Sums over `steps` steps */
    const DropSettings *settings;
    long steps;
    double step_s;
    const double *gained, *moved; /* (8, steps) */
    long row;
    const double *walk;                           /* (steps) */
    const double *errors_mean, *errors_precision; /* (7), (7, 7) */
    const double *still, *held;                   /* (steps+1) */
    Answer answer;
} HeldCall;

typedef struct {
    Window window;
    const DropSettings *settings;
    const StandingSettings *standing;
    const CalmSettings *calm;
    const double *narrowing; /* (rounds) */
    long rounds;
    const double *vertical, *up, *edge;                         /* (3, blocks+1) twice, (3, steps+1) */
    const double *gyr_offset, *stance;                          /* (3), (3) */
    const double *errors_mean, *errors_precision;               /* (7), (7, 7) */
    double *velocity, *height, *activity, *level;               /* (blocks+1) */
    unsigned char *stands;                                      /* (blocks+1) */
    double *sides_gained, *sides_moved, *walk;                  /* (8, steps) twice, (steps) */
    Answer answer;
} HeightsCall;

typedef struct Place Place;
typedef struct {
    Place *places, *walkers, *end; /* calm upright poses, then upright edges of steps where the wearer may be walking */
    int ends_upright;
    double end_trust;
} Places;

/* upright: (blocks+1). */
int places_open(Places *all, const HeightsCall *call, const unsigned char *upright);
void places_close(Places *all);
/* held: (steps+1), the 1/variance of "the height here is that of standing". */
void places_precision(const Places *all, const HeightsCall *call, double width, double *held);
/* height: every second number of a solution's states from there on. */
void places_narrow(Places *all, const HeightsCall *call, const double *height, double width, int strict);
void places_standing(const Places *all, long edges, unsigned char *stands);

#endif
