/* banded.py, compiled: see smoothers.h. */
#include "smoothers.h"

int chain_open(Chain *chain, long edges, int chains, int constants, const double *mean, const double *precision) {
    chain->states = 2 * edges, chain->chains = chains, chain->constants = constants;
    chain->band = calloc((size_t)chain->states, sizeof *chain->band);
    chain->sides = calloc((size_t)(chain->states * chains), sizeof *chain->sides);
    memset(chain->corner, 0, sizeof chain->corner);
    for (int a = 0; a < constants; a++)
        for (int b = 0; b < constants; b++) {
            chain->corner[a + 1][b + 1] = precision[a * constants + b];
            if (mean) chain->corner[a + 1][0] += precision[a * constants + b] * mean[b];
        }
    return chain->band && chain->sides ? 0 : OUT_OF_MEMORY;
}

void chain_close(Chain *chain) { free(chain->band), free(chain->sides); }

/* The constants, from what the states leave of the corner: a small Cholesky. */
static int solve_corner(const Sides *corner, int m, const Answer *answer) {
    double low[SIDES][SIDES], *found = answer->constants;
    for (int a = 0; a < m; a++)
        for (int b = 0; b <= a; b++) {
            double left = corner[a + 1][b + 1];
            answer->precision[a * m + b] = answer->precision[b * m + a] = left;
            for (int i = 0; i < b; i++) left -= low[a][i] * low[b][i];
            if (a == b && !(left > 0.0)) return UNDETERMINED;
            low[a][b] = a == b ? sqrt(left) : left / low[b][b];
        }
    for (int a = 0; a < m; a++) {
        found[a] = corner[a + 1][0];
        for (int i = 0; i < a; i++) found[a] -= low[a][i] * found[i];
        found[a] /= low[a][a];
    }
    for (int a = m - 1; a >= 0; a--) {
        for (int i = a + 1; i < m; i++) found[a] -= low[i][a] * found[i];
        found[a] /= low[a][a];
    }
    return 0;
}

/* Solves; for this once held, (edges) or NULL, is added to what is known of each edge's second state.
 *
 * The band is factorized as L D L^T, without a root, and its sides undone in the same go: the processor does the one
 * while the other waits for a division. */
int chain_solve(const Chain *chain, const double *held, const Answer *answer) {
    const long n = chain->states;
    double(*l)[BAND] = answer->factor; /* L below its diagonal, and on it 1/D */
    Sides *border = answer->border, corner[SIDES];
    memcpy(l, chain->band, (size_t)n * sizeof *l);
    memcpy(corner, chain->corner, sizeof corner);
    for (long j = 0; held && j < n / 2; j++) l[2 * j + 1][0] += held[j];
    for (long j = 0; j < n; j++) {
        const long after = n - 1 - j < BAND - 1 ? n - 1 - j : BAND - 1;
        if (!(l[j][0] > 0.0)) return UNDETERMINED;
        const double scale = l[j][0] = 1.0 / l[j][0];
        for (int d = 1; d <= after; d++) {
            const double share = l[j][d] * scale;
            for (int e = d; e <= after; e++) l[j + d][e - d] -= share * l[j][e];
            l[j][d] = share;
        }
        for (int k = 0; k < chain->chains; k++) {
            Sides *y = border + k * n + j, side = chain->sides[k * n + j];
            for (int d = 1; d < BAND && d <= j; d++) side -= l[j - d][d] * y[-d];
            *y = side;
            for (int a = 0; a < SIDES; a++) corner[a] -= (side[a] * scale) * side;
        }
    }
    const int failed = solve_corner(corner, chain->constants, answer);
    if (failed) return failed;

    for (int k = 0; k < chain->chains; k++) {
        double *x = answer->states + k * n;
        for (long j = n - 1; j >= 0; j--) {
            double left = border[k * n + j][0];
            for (int a = 0; a < chain->constants; a++) left -= answer->constants[a] * border[k * n + j][a + 1];
            left *= l[j][0];
            for (int d = BAND - 1; d > 0; d--)
                if (j + d < n) left -= l[j][d] * x[j + d];
            x[j] = left;
        }
    }
    return 0;
}

/* The same factor and border as Cholesky has them, by which Python goes on. */
void chain_rooted(const Chain *chain, const Answer *answer) {
    const long n = chain->states;
    for (long j = 0; j < n; j++) {
        const double root = sqrt(answer->factor[j][0]);
        for (int k = 0; k < chain->chains; k++) answer->border[k * n + j] *= root;
        for (int d = 1; d < BAND; d++) answer->factor[j][d] /= root;
        answer->factor[j][0] = 1 / root;
    }
}
