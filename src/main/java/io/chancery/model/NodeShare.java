package io.chancery.model;

/**
 * A percentage of the nodes, always the same ones: those of a smaller percentage are among those of a greater one, and who
 * belongs to it does not depend on which nodes there are.
 *
 * @param salt has another share begin with other nodes
 * @param percent 0 to 100
 */
public record NodeShare(String salt, int percent) implements NodeTrait {

    /** A percentage in hundredths, as customers are divided too. */
    private static final int WHOLE = 10_000;

    public NodeShare {
        if (percent < 0 || percent > 100) {
            throw new InvalidValueException("percent", "must be 0..100, was " + percent);
        }
    }

    /** Goes by the node's id. */
    @Override
    public boolean includes(Node node) {
        return Fnv1a.folded(salt + node.id()) % WHOLE < percent * (WHOLE / 100L);
    }
}
