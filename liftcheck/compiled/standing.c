/* standing.py, and the narrowing of drop.py, compiled: see smoothers.h. */
#include "smoothers.h"

typedef struct {
    long begin, end; /* edges of blocks: a pose's; a walker's own */
    long low, high;  /* edges of steps, both included: that a pose touches; a walker's neighbours */
    double seconds, height, trust;
} Place;

/* The share of a pose's edges that are nearest to the edge j of a step. */
static double share_of(const Place *pose, const Window *w, long j) {
    const long first = j == 0 ? 0 : edge_of(w, j) - w->together / 2;
    const long after = j == steps_of(w) ? pose->end : edge_of(w, j + 1) - w->together / 2;
    const long begin = first > pose->begin ? first : pose->begin, end = after < pose->end ? after : pose->end;
    return end > begin ? (double)(end - begin) / (double)(pose->end - pose->begin) : 0.0;
}

/* Calm upright poses, then upright edges of steps where the wearer may be walking; returns how many there are. */
static long find_places(const HeightsCall *c, Place *places, long *poses) {
    const StandingSettings *s = c->standing;
    const Window *w = &c->window;
    const long edges = w->blocks + 1, n = steps_of(w), shortest = at_least(1, s->shortest_pose_s / w->step_s);
    long count = 0;
    for (long e = 0, since = -1; e <= edges; e++) {
        const int posed = e < edges && c->activity[e] < s->pose_activity && c->upright[e];
        if (posed && since < 0) since = e;
        if (posed || since < 0) continue;
        if (e - since >= shortest)
            places[count++] =
                (Place){since, e, nearest(w, since), nearest(w, e - 1), (double)(e - since) * w->step_s, 0.0, 1.0};
        since = -1;
    }
    *poses = count;
    const long reach = at_least(2, s->step_window_s / 2 / step_of(w));
    for (long j = 0; j <= n; j++) {
        const long e = edge_of(w, j);
        if (c->upright[e] && !(c->activity[e] < s->pose_activity))
            places[count++] =
                (Place){e, e, j > reach ? j - reach : 0, j + reach < n ? j + reach : n, step_of(w), 0.0, 0.0};
    }
    return count;
}

/* The height of standing: the mean of the places near the highest (the 90th percentile of the time). */
static double level(const Place *places, long count, Place *sorted, double same_level_m) {
    double all = 0, seen = 0, weight = 0, sum = 0, top = 0;
    memcpy(sorted, places, (size_t)count * sizeof *places);
    for (long gap = count / 2; gap > 0; gap /= 2) /* Shell's sort stays inside whatever the heights are */
        for (long i = gap; i < count; i++) {
            const Place moved = sorted[i];
            long j = i;
            for (; j >= gap && sorted[j - gap].height > moved.height; j -= gap) sorted[j] = sorted[j - gap];
            sorted[j] = moved;
        }
    for (long i = 0; i < count; i++) all += sorted[i].seconds;
    for (long i = 0; i < count && (i == 0 || seen < 0.9 * all); i++) top = sorted[i].height, seen += sorted[i].seconds;
    for (long i = 0; i < count; i++)
        if (places[i].height > top - same_level_m)
            weight += places[i].seconds, sum += places[i].seconds * places[i].height;
    return sum / weight;
}

/* A walker's height, and whether the neighbours' line is one of walking. */
static int walks(Place *place, const double *height, double step_s, const StandingSettings *s) {
    const double share = 1.0 / (double)(place->high - place->low + 1), midst = (double)(place->low + place->high) / 2;
    double mean = 0, rise = 0, away2 = 0, residual2 = 0;
    for (long j = place->low; j <= place->high; j++) {
        const double away = (double)j - midst;
        mean += share * height[2 * j], rise += away * height[2 * j], away2 += away * away;
    }
    rise /= greatest(away2, 1e-12);
    for (long j = place->low; j <= place->high; j++)
        residual2 += share * square(height[2 * j] - mean - rise * ((double)j - midst));
    place->height = mean;
    return sqrt(residual2) < s->step_residual_m && fabs(rise / step_s) < s->step_slope_mps;
}

/* Cauchy's weight. */
static double trust(double off, double width) { return 1 / (1 + square(off / width)); }

/* Narrows down where the wearer stood while solving for the heights. still, held: (steps+1), the second to work in. */
int narrow(const HeightsCall *c, double *still, double *held) {
    const StandingSettings *s = c->standing;
    const Window *w = &c->window;
    const long edges = w->blocks + 1, n = steps_of(w);
    const double step = step_of(w), *height = c->answer.states + 1; /* every second one */
    Place *places = malloc((size_t)(2 * (edges + n + 1)) * sizeof *places);
    Chain chain;
    const HeldCall equations = {c->settings, n, step, c->sides_gained, c->sides_moved, n, c->walk, c->errors_mean,
                                c->errors_precision, still, held, c->answer};
    int failed = held_open(&chain, &equations);
    if (failed || !places) {
        failed = OUT_OF_MEMORY;
        goto done;
    }
    long poses;
    const long count = find_places(c, places, &poses);
    Place *const walkers = places + poses, *const end = places + count;
    double end_trust = 0;
    for (long round = 0; round < c->rounds; round++) {
        const double width = c->narrowing[round], spread = greatest(s->pose_height_m, s->loose_share * width);
        const double of_walker = step / s->step_evidence_s / square(greatest(s->step_height_m, spread));
        memset(held, 0, (size_t)(n + 1) * sizeof *held);
        for (const Place *p = places; p < walkers; p++)
            for (long j = p->low; j <= p->high; j++)
                held[j] += p->trust * share_of(p, w, j) * least(p->seconds / s->pose_evidence_s, 1.0) / square(spread);
        for (const Place *p = walkers; p < end; p++) held[nearest(w, p->begin)] += p->trust * of_walker;
        held[n] += end_trust / square(greatest(s->end_height_m, spread));
        if ((failed = chain_solve(&chain, held, &c->answer))) goto done;

        double seconds = 0;
        for (Place *p = places; p < walkers; p++) {
            p->height = 0, seconds += p->seconds;
            for (long j = p->low; j <= p->high; j++) p->height += height[2 * j] * share_of(p, w, j);
        }
        for (Place *p = walkers; p < end; p++) {
            p->seconds = walks(p, height, step, s) ? step : 0.0, p->trust = 0, seconds += p->seconds;
        }
        end_trust = 0;
        if (!(seconds > 0)) continue;
        const double standing = level(places, count, end, s->same_level_m);
        for (Place *p = places; p < walkers; p++)
            p->trust = round > 0 && p->height < standing - s->seat_m ? 0.0 : trust(p->height - standing, width);
        double broad = least(greatest(width, s->step_distrust_m), s->unheld_m);
        for (Place *p = walkers; p < end; p++)
            if (p->seconds > 0) p->trust = trust(p->height - standing, broad);
        broad = least(greatest(width, s->end_height_m), s->unheld_m);
        if (c->upright[edges - 1]) end_trust = trust(height[2 * n] - standing, broad);
    }
    chain_rooted(&chain, &c->answer);
    memset(c->stands, 0, (size_t)edges);
    for (const Place *p = places; p < walkers; p++)
        if (p->trust > 0.5) memset(c->stands + p->begin, 1, (size_t)(p->end - p->begin));
done:
    chain_close(&chain), free(places);
    return failed;
}
