package io.chancery.store;

import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** Puts what SQLite reports into words: what is wrong, and what would mend it. */
final class SqliteFaults {

    private static final String RESTORE =
            "Restore the data directory from a copy, or move the file away to start empty.";

    static final String GRANT = "Give this process the right to read and write the data directory and all files in it.";

    private SqliteFaults() {}

    static boolean isDiskFull(SQLException e) {
        return primary(e) == SQLiteErrorCode.SQLITE_FULL.code;
    }

    static StoreUnavailableException damaged(Path file, String reason) {
        return new StoreUnavailableException("The database " + file + " is damaged: " + reason + ".", RESTORE, null);
    }

    private static int primary(SQLException e) {
        return e.getErrorCode() & 0xFF;
    }

    static StoreUnavailableException unavailable(Path file, SQLException e) {
        SQLiteErrorCode code = SQLiteErrorCode.getErrorCode(primary(e));
        return switch (code) {
            case SQLITE_FULL ->
                new StoreUnavailableException(
                        "The disk that holds " + file + " is full.",
                        "Free some space; the store then goes on by itself.",
                        e);
            case SQLITE_BUSY, SQLITE_LOCKED ->
                new StoreUnavailableException(
                        "The database " + file + " is in use by another process.",
                        "Stop that process, or set chancery.data to another directory.",
                        e);
            case SQLITE_CORRUPT ->
                new StoreUnavailableException("The database " + file + " is damaged: " + e.getMessage(), RESTORE, e);
            case SQLITE_NOTADB ->
                new StoreUnavailableException(file + " is not a database, or its beginning is damaged.", RESTORE, e);
            case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH ->
                new StoreUnavailableException(
                        "The database " + file + " cannot be written: " + e.getMessage(), GRANT, e);
            case SQLITE_IOERR ->
                new StoreUnavailableException(
                        "The disk that holds " + file + " reports an error: " + e.getMessage(),
                        "Look at the disk; the store goes on by itself when it works again.",
                        e);
            default -> new StoreUnavailableException("The database " + file + " fails: " + e.getMessage(), e);
        };
    }
}
