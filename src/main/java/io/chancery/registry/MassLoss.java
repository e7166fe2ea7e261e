package io.chancery.registry;

/** What becomes of a change that would leave a service with too few endpoints, see {@link ServicePolicy}. */
public enum MassLoss {
    /** It is not made. */
    HELD,
    /** It is made all the same: somebody has said so, or an instance speaks of itself. */
    ALLOWED
}
