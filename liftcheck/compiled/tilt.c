/* tilt.py, compiled: see smoothers.h. */
#include "smoothers.h"

/* What is believed at each edge: the filter's orientation of the gyroscope's own frame. */
static void believe(const TiltCall *c) {
    const Window *w = &c->window;
    const long edges = steps_of(w) + 1;
    for (long j = 0; j < edges; j++) {
        const double *q = c->filtered + edge_of(w, j) * c->filtered_row;
        double believed[9];
        rotation_of(q, believed);
        const double *frame = w->rotation + edge_of(w, j);
        for (int a = 0; a < 3; a++)
            for (int b = 0; b < 3; b++) {
                double sum = 0;
                for (int i = 0; i < 3; i++) sum += believed[3 * a + i] * frame[(3 * b + i) * w->rotation_row];
                c->world[(3 * a + b) * edges + j] = sum;
            }
    }
}

/* The world turned by a tilt about x and y. */
static void turn(double *world, long edges, long j, double x, double y) {
    const double angle2 = x * x + y * y;
    const double sine = 1 - angle2 * (1.0 / 6 - angle2 / 120), versed = 0.5 - angle2 * (1.0 / 24 - angle2 / 720);
    for (int b = 0; b < 3; b++) {
        double *w0 = world + b * edges + j, *w1 = w0 + 3 * edges, *w2 = w1 + 3 * edges;
        const double across = y * *w0 - x * *w1, lifted = sine * *w2 - versed * across;
        *w0 += y * lifted, *w1 -= x * lifted, *w2 = (1 - versed * angle2) * *w2 - sine * across;
    }
}

/* Where up was at the blocks' edges: in the gyroscope's frame, by straight lines, and in the sensor's axes. */
static void point_up(const TiltCall *c) {
    const Window *w = &c->window;
    const long n = steps_of(w), edges = w->blocks + 1;
    for (int a = 0; a < 3; a++) {
        const double *known = c->world + (6 + a) * (n + 1);
        double *vertical = c->vertical + a * edges;
        for (long j = 0; j < skipped(w); j++) vertical[j] = known[0];
        for (long s = 0; s < n; s++)
            for (long k = 0; k < w->together; k++) {
                const double share = (double)k / (double)w->together;
                vertical[edge_of(w, s) + k] = known[s] * (1 - share) + known[s + 1] * share;
            }
        vertical[edges - 1] = known[n];
    }
    const double *east = c->vertical, *north = east + edges, *up = north + edges; /* its parts along the frame's axes */
    for (int a = 0; a < 3; a++) {
        const double *x = w->rotation + a * w->rotation_row, *y = x + 3 * w->rotation_row, *z = y + 3 * w->rotation_row;
        for (long j = 0; j < edges; j++)
            c->up[a * edges + j] = x[j] * east[j] + y[j] * north[j] + z[j] * up[j];
    }
}

EXPORTED int smooth_tilt(const TiltCall *c) {
    const TiltSettings *s = c->settings;
    const Window *w = &c->window;
    const long n = steps_of(w), edges = n + 1;
    const double step = step_of(w), g = w->gravity_mps2;
    const double by_gyr = 1 / (square(s->gyr_walk_deg_rts * RADIANS) * step);
    const double by_acc = 1 / (square(s->acc_walk_mps_rts) * step);
    Chain chain;
    double *scratch = malloc((size_t)edges * (5 + 4 + 2 * BAND + 4 * SIDES) * sizeof(double));
    int failed = chain_open(&chain, edges, 2, 6, NULL, c->constants);
    if (failed || !scratch) {
        failed = OUT_OF_MEMORY;
        goto done;
    }
    double *about_z = scratch, (*turned_z)[3] = (void *)(scratch + edges), *so_far = scratch + 4 * edges;
    double *states = scratch + 5 * edges, constants[6], precision[36];
    const Answer answer = {states, constants, precision, (void *)(states + 4 * edges),
                           (void *)(states + (4 + 2 * BAND) * edges)};
    believe(c);
    so_far[0] = 0.0;
    for (long j = 0; j < n; j++) {
        double gained[3] = {0}, turned[3][3] = {{0}}, ahead[3][3] = {{0}}, of_force[3], of_turn[3][3];
        for (int a = 0; a < 3; a++) {
            of_force[a] = total(w, GAINED + a, j);
            for (int b = 0; b < 3; b++) of_turn[a][b] = total(w, TURNED + 3 * a + b, j);
        }
        for (int a = 0; a < 3; a++)
            for (int b = 0; b < 3; b++) {
                const double *now = c->world + (3 * a + b) * edges + j, middle = (now[1] + now[0]) / 2;
                gained[a] += middle * of_force[b];
                for (int i = 0; i < 3; i++) {
                    turned[a][i] += middle * of_turn[b][i];
                    ahead[a][i] += now[1] * c->world[(3 * i + b) * edges + j];
                }
            }
        const double force2 = total(w, SQUARE, j) + total(w, SQUARE + 1, j) + total(w, SQUARE + 2, j);
        const double shake2 = greatest(force2 / (double)w->together - 2 * g * gained[2] / step + g * g, 0.0);
        const double rate2 = total(w, GYR2, j) / (double)(w->together * w->count);
        so_far[j + 1] = so_far[j] + square(s->lever_m) * rate2 + square(s->shake_s) * shake2;
        about_z[j] = (ahead[0][1] - ahead[1][0]) / 2;
        memcpy(turned_z[j], turned[2], sizeof turned[2]);

        const double lift = gained[2] / 2, *tx = turned[0], *ty = turned[1];
        const long two[] = {2 * j, 2 * j + 2}, four[] = {2 * j, 2 * j + 1, 2 * j + 2, 2 * j + 3};
        const double apart[] = {-1, 1}, driven[] = {lift, -1, lift, 1};
        const Sides tilts[] = {{(ahead[0][2] - ahead[2][0]) / 2, -ty[0], -ty[1], -ty[2]},
                               {(ahead[1][2] - ahead[2][1]) / 2, tx[0], tx[1], tx[2]}};
        const Sides speeds[] = {{gained[0], 0, 0, 0, tx[0], tx[1], tx[2]}, {gained[1], 0, 0, 0, ty[0], ty[1], ty[2]}};
        chain_row(&chain, 2, two, apart, by_gyr, tilts);
        chain_row(&chain, 4, four, driven, by_acc, speeds);
    }
    const long reach = at_least(1, 0.25 / step);
    for (long j = 0; j < edges; j++) {
        const long low = j > reach ? j - reach : 0, high = j + reach < n ? j + reach : n;
        const double lively = (so_far[high] - so_far[low]) / (double)(high - low);
        chain.band[2 * j + 1][0] +=
            1 / ((square(s->calm_velocity_mps) + lively) * greatest(1.0, s->correlation_s / step));
    }
    chain.band[0][0] += 1 / square(s->start_tilt_deg * RADIANS);
    if ((failed = chain_solve(&chain, NULL, &answer))) goto done;

    memcpy(c->gyr_offset, constants, 3 * sizeof(double));
    c->heading[0] = 0.0;
    for (long j = 0; j < n; j++) {
        const double *z = turned_z[j], off = constants[0] * z[0] + constants[1] * z[1] + constants[2] * z[2];
        c->heading[j + 1] = c->heading[j] + about_z[j] - off;
    }
    for (long j = 0; j < edges; j++) turn(c->world, edges, j, states[2 * edges + 2 * j], -states[2 * j]);
    point_up(c);
done:
    chain_close(&chain), free(scratch);
    return failed;
}
