package io.chancery.sharding;

import java.util.Arrays;

/**
 * Hosts by their scores, the best first; found one after the other, so that who wants few of many pays little. Used by one
 * thread.
 */
final class Ranking {

    private final double[] scores;

    /** A heap of places, the best at the root; behind its end are the places that were taken, the last one first. */
    private final int[] places;

    private int left;

    /** @param scores by places, which decide where scores are equal; not copied */
    Ranking(double[] scores) {
        this.scores = scores;
        this.places = new int[scores.length];
        Arrays.setAll(places, place -> place);
        this.left = scores.length;
        for (int node = left / 2 - 1; node >= 0; node--) {
            sink(node);
        }
    }

    /** Returns which place comes at a rank, from 0. */
    int at(int rank) {
        while (places.length - left <= rank) {
            int best = places[0];
            left--;
            places[0] = places[left];
            places[left] = best;
            sink(0);
        }
        return places[places.length - 1 - rank];
    }

    private void sink(int from) {
        int node = from;
        while (2 * node + 1 < left) {
            int child = 2 * node + 1;
            if (child + 1 < left && isBefore(places[child + 1], places[child])) {
                child++;
            }
            if (!isBefore(places[child], places[node])) {
                return;
            }
            int place = places[node];
            places[node] = places[child];
            places[child] = place;
            node = child;
        }
    }

    private boolean isBefore(int a, int b) {
        return scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
    }
}
