package io.chancery.redis;

import io.chancery.model.InvalidValueException;

/** A variable of the environment cannot be used; the process does not start. */
final class UnusableListException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableListException(InvalidValueException cause) {
        super(cause.getMessage(), cause);
    }
}
