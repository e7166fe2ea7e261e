package io.chancery.healthcheck;

import java.io.IOException;

/** What an endpoint answered cannot be what was asked for. */
final class UnusableAnswerException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Makes one whose message says what the endpoint did, as an end of a sentence that begins with it. */
    UnusableAnswerException(String message) {
        super(message);
    }
}
