package io.chancery.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database file: opened for this process alone, and checked to be ours and whole. Not thread-safe.
 */
final class SqliteFile implements AutoCloseable {

    static final String NAME = "chancery.db";

    /** "CHNC", so that {@code file} and this class know whose database it is. */
    static final int APPLICATION_ID = 0x43484E43;

    /** The format of the tables; a newer one is refused. */
    static final int FORMAT = 1;

    private static final Logger log = LoggerFactory.getLogger(SqliteFile.class);

    /** A process that was told to stop may need this long to let go of the file. */
    private static final int BUSY_MILLIS = 1_000;

    private final Path file;
    private final Connection connection;
    private long failures;

    /** Whether a commit is on the disk when it returns. */
    private boolean writesThrough;

    private SqliteFile(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /**
     * Opens the database in the directory, and creates what does not exist.
     *
     * @throws StoreUnavailableException if it cannot be used; it was not changed then
     */
    static SqliteFile open(Path directory) {
        createDirectory(directory);
        Path file = directory.resolve(NAME).toAbsolutePath();
        if (Files.isDirectory(file)) {
            throw new StoreUnavailableException(
                    file + " is a directory, but must be the database file.",
                    "Move it away, or set chancery.data to another directory.",
                    null);
        }
        // Asked for beforehand, as locking a file that is read-only fails with what looks like a broken disk.
        for (Path needed : List.of(directory, file)) {
            if (Files.exists(needed) && !Files.isWritable(needed)) {
                throw new StoreUnavailableException(
                        "The database " + file + " cannot be written: " + needed.toAbsolutePath()
                                + " may not be written.",
                        SqliteFaults.GRANT,
                        null);
            }
        }
        checkWriteAheadLog(file);
        Connection connection;
        try {
            // As a URI, so that a question mark in a directory's name does not begin the driver's parameters.
            connection = DriverManager.getConnection("jdbc:sqlite:" + file.toUri());
        } catch (SQLException e) {
            throw SqliteFaults.unavailable(file, e);
        }
        SqliteFile opened = new SqliteFile(file, connection);
        try {
            opened.prepare();
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static void createDirectory(Path directory) {
        try {
            if (Files.isDirectory(directory)) {
                return;
            }
            Files.createDirectories(directory);
            syncParent(directory);
        } catch (FileAlreadyExistsException e) {
            throw new StoreUnavailableException(
                    "The data directory " + directory.toAbsolutePath() + " is not a directory.",
                    "Set chancery.data to a directory.",
                    e);
        } catch (IOException e) {
            throw new StoreUnavailableException(
                    "The data directory " + directory.toAbsolutePath() + " cannot be created (" + e + ").",
                    "Set chancery.data to a directory that this process may write.",
                    e);
        }
    }

    /** The new directory must outlive a power cut as its content does. Where a directory cannot be synced, it needs not. */
    private static void syncParent(Path directory) {
        try (FileChannel parent = FileChannel.open(directory.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            parent.force(true);
        } catch (IOException e) {
            log.debug("Could not sync the parent of the data directory", e);
        }
    }

    /** Before SQLite opens the file, as it drops what it cannot read of the log. */
    private static void checkWriteAheadLog(Path file) {
        try {
            Path wal = file.resolveSibling(NAME + "-wal");
            Optional<String> damage = WriteAheadLog.damage(wal);
            // Another process may be writing to it just now; then a second look finds something else, and opening
            // fails.
            if (damage.isPresent() && damage.equals(WriteAheadLog.damage(wal))) {
                throw SqliteFaults.damaged(file, damage.get());
            }
        } catch (IOException e) {
            throw new StoreUnavailableException(
                    "The write-ahead log of " + file + " cannot be read (" + e + ").", SqliteFaults.GRANT, e);
        }
    }

    private void prepare() {
        execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
        // Taken with the first read and kept: no second process, and no shared memory beside the file.
        execute("PRAGMA locking_mode = EXCLUSIVE");
        long application = number("PRAGMA application_id");
        long format = number("PRAGMA user_version");
        boolean empty = number("SELECT count(*) FROM sqlite_schema") == 0;
        if (!(application == APPLICATION_ID || (empty && application == 0 && format == 0))) {
            throw new StoreUnavailableException(
                    file + " is a database of another program.",
                    "Move it away, or set chancery.data to another directory.",
                    null);
        }
        if (format > FORMAT) {
            throw new StoreUnavailableException(
                    file + " has format " + format + ", written by a newer version; this version knows formats up to "
                            + FORMAT + ".",
                    "Start the newer version, or restore the copy made before the upgrade.",
                    null);
        }
        String mode = text("PRAGMA journal_mode = WAL");
        if (!mode.equals("wal")) {
            throw new StoreUnavailableException(
                    file + " cannot be opened for writing (journal mode " + mode + ").",
                    "Put the data directory on a local file system that this process may write.",
                    null);
        }
        synchronous(true);
        execute("PRAGMA cache_size = -16384");
        execute("PRAGMA journal_size_limit = 67108864");
        if (empty) {
            create();
        } else {
            check();
        }
    }

    private void create() {
        transact(() -> {
            execute("CREATE TABLE log (revision INTEGER PRIMARY KEY, time INTEGER NOT NULL, body BLOB NOT NULL)");
            execute("CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL, modified INTEGER NOT NULL,"
                    + " crc INTEGER NOT NULL) WITHOUT ROWID");
            execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID");
            execute("INSERT INTO meta VALUES ('checkpoint', 0), ('starts', 1)");
            execute("PRAGMA application_id = " + APPLICATION_ID);
            execute("PRAGMA user_version = " + FORMAT);
        });
    }

    private void check() {
        String verdict = text("PRAGMA quick_check(1)");
        if (!verdict.equals("ok")) {
            throw damaged(verdict);
        }
        try {
            transactRaw(statement -> statement.execute("UPDATE meta SET value = value + 1 WHERE name = 'starts'"));
        } catch (SQLException e) {
            // With a full disk it is better to serve what is there; the first commit will be told.
            if (!SqliteFaults.isDiskFull(e)) {
                throw unavailable(e);
            }
            log.warn("The disk is full: starting, but nothing can be written. file={}", file);
        }
    }

    /** Something that talks to the database. */
    @FunctionalInterface
    interface Work {
        void run() throws SQLException;
    }

    /**
     * Runs the work in one durable transaction.
     *
     * @throws StoreUnavailableException if it failed; nothing was changed then
     */
    void transact(Work work) {
        synchronous(true);
        try {
            transactRaw(_ -> work.run());
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    /**
     * Runs the work in one transaction that is not written through to the disk by itself, but with the next durable one.
     * A power cut may undo it, though never without everything that came after it: the write-ahead log is read up to its
     * first gap. For work that recovery can do without, and that would else double what each commit waits for.
     *
     * @throws StoreUnavailableException if it failed; nothing was changed then
     */
    void transactLazily(Work work) {
        synchronous(false);
        try {
            transactRaw(_ -> work.run());
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    private void synchronous(boolean full) {
        if (writesThrough != full) {
            execute(full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            writesThrough = full;
        }
    }

    private interface RawWork {
        void run(Statement statement) throws SQLException;
    }

    private void transactRaw(RawWork work) throws SQLException {
        boolean committed = false;
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try {
                work.run(statement);
                statement.execute("COMMIT");
                committed = true;
            } finally {
                if (!committed) {
                    rollback(statement);
                }
            }
        }
    }

    /** After some errors the transaction is gone already, and rolling back fails for that reason alone. */
    private static void rollback(Statement statement) {
        try {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            log.debug("Could not roll back", e);
        }
    }

    /**
     * A statement that is prepared once and used often. Not kept as a plain {@link PreparedStatement}, as the driver lets
     * go of one that failed: after a failure all are prepared anew.
     */
    final class Query {

        private final String sql;
        private @Nullable PreparedStatement prepared;
        private long preparedAfter;

        Query(String sql) {
            this.sql = sql;
        }

        /** Runs a statement that changes rows. The values are {@code Long}, {@code Integer}, {@code String} or bytes. */
        void update(Object... values) throws SQLException {
            bound(values).executeUpdate();
        }

        /** Runs a statement that returns rows; they must be closed before the next run. */
        ResultSet rows(Object... values) throws SQLException {
            return bound(values).executeQuery();
        }

        private PreparedStatement bound(Object... values) throws SQLException {
            PreparedStatement statement = statement();
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement;
        }

        private PreparedStatement statement() throws SQLException {
            @Nullable PreparedStatement statement = prepared;
            if (statement == null || preparedAfter != failures) {
                if (statement != null) {
                    statement.close();
                }
                statement = connection.prepareStatement(sql);
                prepared = statement;
                preparedAfter = failures;
            }
            return statement;
        }
    }

    void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    long number(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    String text(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw unavailable(e);
        }
    }

    StoreUnavailableException unavailable(SQLException e) {
        failures++;
        return SqliteFaults.unavailable(file, e);
    }

    StoreUnavailableException damaged(String reason) {
        return SqliteFaults.damaged(file, reason);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            log.warn("Could not close the database cleanly; the next start recovers it. file={}", file, e);
        }
    }
}
