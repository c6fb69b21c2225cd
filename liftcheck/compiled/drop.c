/* drop.py, compiled: see smoothers.h. */
#include "smoothers.h"

static int held_open(Chain *chain, const HeldCall *call) {
    const double step = call->step_s, sure = 1 / (square(call->settings->height_walk_m) * step * step * step);
    const int failed = chain_open(chain, call->steps + 1, 1, 7, call->errors_mean, call->errors_precision);
    if (failed) return failed;
    for (long j = 0; j < call->steps; j++) {
        const long two[] = {2 * j, 2 * j + 2}, three[] = {2 * j, 2 * j + 1, 2 * j + 3};
        const double apart[] = {-1, 1}, carried[] = {-step, -1, 1};
        Sides gained, moved;
        for (int i = 0; i < SIDES; i++)
            gained[i] = call->gained[i * call->row + j], moved[i] = call->moved[i * call->row + j];
        chain_row(chain, 2, two, apart, 1 / call->walk[j], &gained);
        chain_row(chain, 3, three, carried, sure, &moved);
    }
    for (long j = 0; j <= call->steps; j++) {
        chain->band[2 * j][0] += call->still[j];
        chain->band[2 * j + 1][0] += step / square(call->settings->unknown_height_m);
    }
    return 0;
}

EXPORTED int solve_held(const HeldCall *call) {
    Chain chain;
    int failed = held_open(&chain, call);
    if (!failed) failed = chain_solve(&chain, call->held, &call->answer);
    if (!failed) chain_rooted(&chain, &call->answer);
    chain_close(&chain);
    return failed;
}

/* How lively the blocks were, and so how surely there was no velocity at the steps' edges: `activity` of calm.py and
 * `_still` of drop.py. lively, turning: (blocks) to work in; mean: (8, blocks) too. */
static void judge_calm(const HeightsCall *c, int upright_end, double *lively, double *turning, double *mean,
                       double *still) {
    const DropSettings *s = c->settings;
    const Window *w = &c->window;
    const long n = w->blocks, reach = at_least(1, 0.25 / w->step_s);
    const double *off = c->gyr_offset, off2 = off[0] * off[0] + off[1] * off[1] + off[2] * off[2];
    const double by_gyr = 1 / square(c->calm->gyr_sd_deg_s * RADIANS), by_acc = 1 / square(c->calm->acc_sd_mps2);
    memset(mean, 0, (size_t)(8 * n) * sizeof *mean);
    for (int i = 0; i < 8; i++)
        for (long k = -reach; k <= reach; k++) {
            const double *row = w->rows + (GYR + i) * w->row + k;
            const long first = k < 0 ? -k : 0, last = k > 0 ? n - k : n;
            for (long j = first; j < last; j++) mean[i * n + j] += row[j];
        }
    for (long j = 0; j < n; j++) {
        const long low = j > reach ? j - reach : 0, high = j + reach < n - 1 ? j + reach : n - 1;
        const double share = 1.0 / (double)((high - low + 1) * w->count);
        double m[8];
        for (int i = 0; i < 8; i++) m[i] = mean[i * n + j] * share;
        const double gyr = greatest(m[3] - (m[0] * m[0] + m[1] * m[1] + m[2] * m[2]), 0.0);
        const double acc = greatest(m[7] - (m[4] * m[4] + m[5] * m[5] + m[6] * m[6]), 0.0);
        const double rate2 = m[3] - 2 * (off[0] * m[0] + off[1] * m[1] + off[2] * m[2]) + off2;
        lively[j] = sqrt(gyr * by_gyr + acc * by_acc);
        turning[j] = sqrt(greatest(rate2, 0.0)) / (c->calm->rate_deg_s * RADIANS);
    }
    for (long j = 0; j <= n; j++) { /* two blocks meet here */
        const long a = j > 0 ? j - 1 : 0, b = j < n ? j : n - 1;
        const double calm = s->standing_velocity_mps;
        c->activity[j] = greatest(lively[a], lively[b]);
        c->level[j] = greatest(c->activity[j], greatest(turning[a], turning[b]));
        const double moving = least(calm * exp(3 * least(c->level[j] - 1, 10)), s->loosest_velocity_mps);
        still[nearest(w, j)] += w->step_s / 0.1 / square(c->level[j] < 1 ? calm : moving);
    }
    if (upright_end) still[steps_of(w)] += 1 / square(s->cut_velocity_mps);
}

/* What the steps add up to, and what each error adds; gained, moved: (blocks) the blocks' own. */
static void sum_up(const HeightsCall *c, double *gained, double *moved) {
    const Window *w = &c->window;
    const long edges = w->blocks + 1, n = steps_of(w);
    const double step = w->step_s, long_s = step_of(w), g = w->gravity_mps2;
    for (long j = 0; j < w->blocks; j++) gained[j] = moved[j] = 0;
    for (int a = 0; a < 3; a++) {
        const double *of_gained = w->rows + (GAINED + a) * w->row, *of_moved = w->rows + (MOVED + a) * w->row;
        const double *vertical = c->vertical + a * edges;
        for (long j = 0; j < w->blocks; j++) {
            const double up = (vertical[j + 1] + vertical[j]) / 2;
            gained[j] += up * of_gained[j], moved[j] += up * of_moved[j];
        }
    }
    for (long j = 0; j < w->blocks; j++) gained[j] -= g * step, moved[j] -= g * step * step / 2;
    for (long s = 0; s < n; s++) {
        double own_gained = 0, own_moved = 0, mid[3], share[2][6];
        for (long k = 0; k < w->together; k++) {
            const long j = edge_of(w, s) + k;
            own_gained += gained[j];
            own_moved += moved[j] + (double)(w->together - 1 - k) * step * gained[j];
        }
        c->sides_gained[s] = own_gained, c->sides_moved[s] = own_moved;
        for (int a = 0; a < 3; a++) {
            mid[a] = (c->edge[a * (n + 1) + s + 1] + c->edge[a * (n + 1) + s]) / 2;
            for (int later = 0; later < 2; later++) {
                const double up = c->up[a * edges + edge_of(w, s + later)], stood = c->stance[a];
                share[later][a] = up - stood, share[later][3 + a] = (up * up - stood * stood) * GRAVITY;
            }
        }
        for (int i = 0; i < 6; i++) {
            c->sides_gained[(i + 1) * n + s] = (share[0][i] + share[1][i]) * (long_s / 2);
            c->sides_moved[(i + 1) * n + s] = (2 * share[0][i] + share[1][i]) * (long_s * long_s / 6);
        }
        c->sides_gained[7 * n + s] = long_s, c->sides_moved[7 * n + s] = long_s * long_s / 2;
        double q[6];
        for (int i = 0; i < 6; i++) q[i] = total(w, SQUARE + i, s) / (double)w->together;
        const double x = mid[0], y = mid[1], z = mid[2];
        const double force2 = x * (q[0] * x + q[3] * y + q[4] * z) + y * (q[1] * y + q[5] * z) + q[2] * z * z;
        const double shaking = greatest(force2 - 2 * g * own_gained / long_s - g * g, 0.0);
        c->walk[s] =
            (square(c->settings->velocity_walk_mps_rts) + square(c->settings->shaken_walk_rts) * shaking) * long_s;
    }
}

/* Narrows down where the wearer stood, and solves for the heights. still, held: (steps+1), the second to work in. */
static int narrow(const HeightsCall *c, const unsigned char *upright, const double *still, double *held) {
    const long n = steps_of(&c->window);
    const HeldCall equations = {c->settings, n, step_of(&c->window), c->sides_gained, c->sides_moved, n, c->walk,
                                c->errors_mean, c->errors_precision, still, held, c->answer};
    Chain chain;
    Places all;
    int failed = held_open(&chain, &equations);
    if (places_open(&all, c, upright)) failed = OUT_OF_MEMORY;
    for (long k = 0; !failed && k < c->rounds; k++) {
        places_precision(&all, c, c->narrowing[k], held);
        failed = chain_solve(&chain, held, &c->answer);
        if (!failed) places_narrow(&all, c, c->answer.states + 1, c->narrowing[k], k > 0);
    }
    if (!failed) {
        chain_rooted(&chain, &c->answer);
        places_standing(&all, c->window.blocks + 1, c->stands);
    }
    chain_close(&chain), places_close(&all);
    return failed;
}

/* Velocity and height at the blocks' edges: their own sums, led through the solution's states. */
static void at_blocks(const HeightsCall *c, const double *gained, const double *moved) {
    const Window *w = &c->window;
    const long edges = w->blocks + 1, n = steps_of(w);
    const double step = w->step_s, *k = c->answer.constants, *x = c->answer.states;
    double base = k[6], before = 0;
    for (int a = 0; a < 3; a++) base -= (k[a] + k[3 + a] * GRAVITY * c->stance[a]) * c->stance[a];
    for (long j = 0; j < edges; j++) {
        double error = base;
        for (int a = 0; a < 3; a++) {
            const double up = c->up[a * edges + j];
            error += (k[a] + k[3 + a] * GRAVITY * up) * up;
        }
        if (j == 0) c->velocity[0] = c->height[0] = 0;
        else {
            const double speed = c->velocity[j - 1];
            c->velocity[j] = speed + gained[j - 1] - (before + error) * (step / 2);
            c->height[j] = c->height[j - 1] + speed * step + moved[j - 1] - (2 * before + error) * (step * step / 6);
        }
        before = error;
    }
    double off[2] = {x[0] - c->velocity[skipped(w)], x[1] - c->height[skipped(w)]};
    for (long j = 0; j < skipped(w); j++) c->velocity[j] += off[0], c->height[j] += off[1];
    for (long s = 0; s < n; s++) {
        const long from = edge_of(w, s), to = edge_of(w, s + 1);
        const double later[2] = {x[2 * s + 2] - c->velocity[to], x[2 * s + 3] - c->height[to]};
        for (long j = from; j < to; j++) {
            const double share = (double)(j - from) / (double)w->together;
            c->velocity[j] += off[0] * (1 - share) + later[0] * share;
            c->height[j] += off[1] * (1 - share) + later[1] * share;
        }
        off[0] = later[0], off[1] = later[1];
    }
    c->velocity[edges - 1] += off[0], c->height[edges - 1] += off[1];
}

EXPORTED int smooth_height(const HeightsCall *c) {
    const long blocks = c->window.blocks, edges = blocks + 1, n = steps_of(&c->window);
    const double least_along = cos(c->settings->upright_deg * RADIANS);
    double *scratch = malloc((size_t)(12 * blocks + 2 * (n + 1)) * sizeof *scratch);
    unsigned char *upright = malloc((size_t)edges);
    if (!scratch || !upright) {
        free(scratch), free(upright);
        return OUT_OF_MEMORY;
    }
    double *gained = scratch + 10 * blocks, *moved = gained + blocks, *still = moved + blocks;
    memset(still, 0, (size_t)(n + 1) * sizeof *still);
    for (long j = 0; j < edges; j++) {
        double along = 0;
        for (int a = 0; a < 3; a++) along += c->stance[a] * c->up[a * edges + j];
        upright[j] = along > least_along;
    }
    judge_calm(c, upright[blocks], scratch, scratch + blocks, scratch + 2 * blocks, still);
    sum_up(c, gained, moved);
    const int failed = narrow(c, upright, still, still + n + 1);
    if (!failed) at_blocks(c, gained, moved);
    free(scratch), free(upright);
    return failed;
}
