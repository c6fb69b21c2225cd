/* standing.py, compiled: see smoothers.h. */
#include "smoothers.h"

struct Place {
    long begin, end; /* edges of blocks: a pose's; a walker's own */
    long low, high;  /* edges of steps, both included: that a pose touches; a walker's neighbours */
    double seconds, height, trust;
};

/* The share of a pose's edges that are nearest to the edge j of a step. */
static double share_of(const Place *pose, const Window *w, long j) {
    const long first = j == 0 ? 0 : edge_of(w, j) - w->together / 2;
    const long after = j == steps_of(w) ? pose->end : edge_of(w, j + 1) - w->together / 2;
    const long begin = first > pose->begin ? first : pose->begin, end = after < pose->end ? after : pose->end;
    return end > begin ? (double)(end - begin) / (double)(pose->end - pose->begin) : 0.0;
}

int places_open(Places *all, const HeightsCall *c, const unsigned char *upright) {
    const StandingSettings *s = c->standing;
    const Window *w = &c->window;
    const long edges = w->blocks + 1, n = steps_of(w), shortest = at_least(1, s->shortest_pose_s / w->step_s);
    all->places = malloc((size_t)(2 * (edges + n + 1)) * sizeof *all->places); /* the second half to sort in */
    all->end_trust = 0, all->ends_upright = upright[w->blocks];
    if (!all->places) return OUT_OF_MEMORY;
    Place *next = all->places;
    for (long e = 0, since = -1; e <= edges; e++) {
        const int posed = e < edges && c->activity[e] < s->pose_activity && upright[e];
        if (posed && since < 0) since = e;
        if (posed || since < 0) continue;
        const double seconds = (double)(e - since) * w->step_s;
        if (e - since >= shortest)
            *next++ = (Place){since, e, nearest(w, since), nearest(w, e - 1), seconds, 0.0, 1.0};
        since = -1;
    }
    all->walkers = next;
    const long reach = at_least(2, s->step_window_s / 2 / step_of(w));
    for (long j = 0; j <= n; j++) {
        const long e = edge_of(w, j);
        if (upright[e] && !(c->activity[e] < s->pose_activity))
            *next++ = (Place){e, e, j > reach ? j - reach : 0, j + reach < n ? j + reach : n, step_of(w), 0.0, 0.0};
    }
    all->end = next;
    return 0;
}

void places_close(Places *all) { free(all->places); }

void places_precision(const Places *all, const HeightsCall *c, double width, double *held) {
    const StandingSettings *s = c->standing;
    const Window *w = &c->window;
    const double spread = greatest(s->pose_height_m, s->loose_share * width);
    const double of_walker = step_of(w) / s->step_evidence_s / square(greatest(s->step_height_m, spread));
    memset(held, 0, (size_t)(steps_of(w) + 1) * sizeof *held);
    for (const Place *p = all->places; p < all->walkers; p++)
        for (long j = p->low; j <= p->high; j++)
            held[j] += p->trust * share_of(p, w, j) * least(p->seconds / s->pose_evidence_s, 1.0) / square(spread);
    for (const Place *p = all->walkers; p < all->end; p++) held[nearest(w, p->begin)] += p->trust * of_walker;
    held[steps_of(w)] += all->end_trust / square(greatest(s->end_height_m, spread));
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
static double believed(double off, double width) { return 1 / (1 + square(off / width)); }

void places_narrow(Places *all, const HeightsCall *c, const double *height, double width, int strict) {
    const StandingSettings *s = c->standing;
    const Window *w = &c->window;
    double seconds = 0;
    for (Place *p = all->places; p < all->walkers; p++) {
        p->height = 0, seconds += p->seconds;
        for (long j = p->low; j <= p->high; j++) p->height += height[2 * j] * share_of(p, w, j);
    }
    for (Place *p = all->walkers; p < all->end; p++) {
        p->seconds = walks(p, height, step_of(w), s) ? step_of(w) : 0.0, seconds += p->seconds, p->trust = 0;
    }
    all->end_trust = 0;
    if (!(seconds > 0)) return;
    const double standing = level(all->places, all->end - all->places, all->end, s->same_level_m);
    for (Place *p = all->places; p < all->walkers; p++)
        p->trust = strict && p->height < standing - s->seat_m ? 0.0 : believed(p->height - standing, width);
    const double broad = least(greatest(width, s->step_distrust_m), s->unheld_m);
    for (Place *p = all->walkers; p < all->end; p++)
        if (p->seconds > 0) p->trust = believed(p->height - standing, broad);
    if (all->ends_upright) {
        const double at_end = least(greatest(width, s->end_height_m), s->unheld_m);
        all->end_trust = believed(height[2 * steps_of(w)] - standing, at_end);
    }
}

void places_standing(const Places *all, long edges, unsigned char *stands) {
    memset(stands, 0, (size_t)edges);
    for (const Place *p = all->places; p < all->walkers; p++)
        if (p->trust > 0.5) memset(stands + p->begin, 1, (size_t)(p->end - p->begin));
}
