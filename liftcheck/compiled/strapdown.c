/* strapdown.py's sums, compiled: see smoothers.h. */
#include "smoothers.h"

EXPORTED int sum_blocks(const SumsCall *c) {
    const double dt = 1 / c->rate_hz, size = (double)c->block;
    double before[3], *out = c->table;
    for (int a = 0; a < 3; a++)
        before[a] = c->begin[3 * a] * c->acc[0] + c->begin[3 * a + 1] * c->acc[1] + c->begin[3 * a + 2] * c->acc[2];
    for (long j = 0; j < c->blocks; j++) {
        double rotation[9] = {0}, sum[QUANTITIES] = {0};
        for (long k = 0; k < c->block; k++) {
            const double *q = c->q + 4 * (j * c->block + k), *gyr = c->gyr + 3 * (j * c->block + k);
            const double *acc = c->acc + 3 * (j * c->block + k + 1);
            rotation_of(q, rotation);
            double f[3]; /* the force between this sample and the one before */
            for (int a = 0; a < 3; a++) {
                const double *turned = rotation + 3 * a;
                const double force = turned[0] * acc[0] + turned[1] * acc[1] + turned[2] * acc[2];
                f[a] = (force + before[a]) / 2, before[a] = force;
                sum[GAINED + a] += f[a] * dt;
                /* A speed gained early in a block moves the sensor for the rest of it. */
                sum[MOVED + a] += f[a] * ((size - 0.5 - (double)k) * dt * dt);
                sum[SQUARE + a] += f[a] * f[a];
                sum[GYR + a] += gyr[a], sum[ACC + a] += acc[a];
            }
            for (int i = 0; i < 9; i++) sum[TURNED + i] += rotation[i] * dt;
            sum[SQUARE + 3] += 2 * f[0] * f[1], sum[SQUARE + 4] += 2 * f[0] * f[2], sum[SQUARE + 5] += 2 * f[1] * f[2];
            sum[GYR2] += gyr[0] * gyr[0] + gyr[1] * gyr[1] + gyr[2] * gyr[2];
            const double acc2 = acc[0] * acc[0] + acc[1] * acc[1] + acc[2] * acc[2];
            sum[ACC2] += acc2;
            sum[GREATEST] = k == 0 ? acc2 : greatest(sum[GREATEST], acc2);
            sum[LEAST] = k == 0 ? acc2 : least(sum[LEAST], acc2);
        }
        for (int i = 0; i < 9; i++) sum[ROTATION + i] = rotation[i];
        for (int i = 0; i < 6; i++) sum[SQUARE + i] /= size;
        sum[GREATEST] = sqrt(sum[GREATEST]), sum[LEAST] = sqrt(sum[LEAST]);
        for (int i = 0; i < QUANTITIES; i++) out[i * c->blocks + j] = sum[i];
    }
    return 0;
}
