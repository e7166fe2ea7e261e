package io.chancery;

import java.util.List;

/** Settings were given under {@code chancery.} that do not exist. */
final class UnknownSettingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param faults one sentence per setting */
    UnknownSettingException(List<String> faults) {
        super(String.join(System.lineSeparator(), faults));
    }
}
