package io.chancery.store;

import static io.chancery.store.StoreContract.commit;
import static io.chancery.store.StoreContract.entries;
import static io.chancery.store.StoreContract.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chancery.model.Revision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store on disk does with a file that it cannot use: it says so, names the file, and leaves it as it is. */
class SqliteRecoveryTest {

    /** A page of the write-ahead log and what stands before it. */
    private static final int FRAME = 24 + 4_096;

    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve(SqliteFile.NAME);
    }

    private Store open() {
        return Stores.sqlite(directory, () -> StoreContract.NOW, new SimpleMeterRegistry());
    }

    private void fill(int keys) {
        try (Store store = open()) {
            IntStream.range(0, keys)
                    .mapToObj(i -> store.commit(put("key-" + i, "value-" + i)))
                    .toList()
                    .forEach(answer -> StoreContract.committed(answer.join()));
        }
    }

    private StoreUnavailableException refused() {
        StoreUnavailableException refused = catchThrowableOfType(StoreUnavailableException.class, () -> open().close());
        assertThat(refused).as("opening must fail").isNotNull();
        assertThat(refused.getMessage()).contains(directory.toString());
        assertThat(refused.remedy()).isPresent();
        return refused;
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 18, 30, 60, 100})
    void aDamagedHeaderIsRefusedOrDoesNotMatter(int offset) throws IOException {
        fill(50);
        flip(offset, 4);
        // Some header fields are hints that SQLite mends by itself; then everything must be there.
        try (Store store = open()) {
            assertThat(store.read("").entries()).hasSize(50);
        } catch (StoreUnavailableException e) {
            assertThat(e.getMessage()).contains(file().toString());
        }
    }

    @Test
    void aFileThatDoesNotBeginAsADatabaseIsRefused() throws IOException {
        fill(50);
        flip(0, 16);
        byte[] before = Files.readAllBytes(file());
        assertThat(refused()).hasMessageContaining("is not a database");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    static LongStream seeds() {
        return new SplittableRandom(0xBAD).longs(25);
    }

    /** Either the damage is where nothing is kept, or it is found: a wrong value is never served. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void damageAnywhereInTheFileIsFoundOrDoesNoHarm(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        fill(400);
        List<String> before;
        try (LogStore store = SqliteStoreTest.open(
                directory, random.nextBoolean() ? SqliteStoreTest.EAGER : Checkpoint.Bounds.DEFAULT)) {
            before = entries(store, "");
            if (random.nextBoolean()) {
                commit(store, put("key-0", "value-0"));
                before = entries(store, "");
            }
        }
        flip(100 + random.nextLong(Files.size(file()) - 100), 1 + random.nextInt(64));
        try (Store store = open()) {
            assertThat(entries(store, "")).isEqualTo(before);
        } catch (StoreUnavailableException e) {
            assertThat(e.getMessage()).contains("damaged").contains(file().toString());
        }
    }

    /**
     * A log as a killed process leaves it. The last transaction is excepted, as one that is damaged looks like one that
     * was cut off.
     */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void damageInTheWriteAheadLogIsFound(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        copyOfARunningStore(30);
        long last = Files.size(wal()) - 2 * FRAME;
        flip(wal(), random.nextLong(last), 1 + random.nextInt(8));
        assertThat(refused()).hasMessageContaining("write-ahead log");
    }

    /** Power cuts leave less, or noise at the end: what was synced before is there, and nothing is refused. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aWriteAheadLogThatWasCutOffIsRecovered(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        copyOfARunningStore(30);
        long size = Files.size(wal());
        if (random.nextBoolean()) {
            flip(wal(), size - random.nextLong(1, FRAME), 8);
        } else {
            try (RandomAccessFile raw = new RandomAccessFile(wal().toFile(), "rw")) {
                raw.setLength(size - random.nextLong(1, FRAME));
            }
        }
        try (Store store = open()) {
            assertThat(store.read("").entries()).hasSizeBetween(28, 29);
            assertThat(store.read("").revision().value())
                    .isEqualTo(store.read("").entries().size());
        }
    }

    /** Copies the files of a store that has them open, which is what a kill leaves. */
    private void copyOfARunningStore(int keys) throws IOException {
        Path running = directory.resolve("running");
        try (Store store = SqliteStoreTest.open(running, Checkpoint.Bounds.DEFAULT)) {
            for (int i = 0; i < keys; i++) {
                commit(store, put("key-" + i, "value-" + i));
            }
            for (String name : List.of(SqliteFile.NAME, SqliteFile.NAME + "-wal")) {
                Files.copy(running.resolve(name), directory.resolve(name));
            }
        }
    }

    private Path wal() {
        return directory.resolve(SqliteFile.NAME + "-wal");
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        fill(2_000);
        try (RandomAccessFile raw = new RandomAccessFile(file().toFile(), "rw")) {
            raw.setLength(raw.length() / 2);
        }
        assertThat(refused()).hasMessageContaining("damaged");
    }

    @Test
    void aFileOfGarbageIsRefused() throws IOException {
        byte[] garbage =
                "this is no database, but somebody's notes\n".repeat(500).getBytes(StandardCharsets.UTF_8);
        Files.write(file(), garbage);
        assertThat(refused()).hasMessageContaining("is not a database");
        assertThat(Files.readAllBytes(file())).isEqualTo(garbage);
    }

    @Test
    void anEmptyFileIsANewDatabase() throws IOException {
        Files.createFile(file());
        fill(1);
        try (Store store = open()) {
            assertThat(entries(store, "")).containsExactly("key-0=value-0@1");
        }
    }

    @Test
    void aCommitThatDoesNotMatchItsChecksumIsRefused() throws SQLException {
        fill(10);
        sql("UPDATE log SET body = CAST(replace(body, 'value-4', 'value-5') AS BLOB) WHERE revision = 5");
        assertThat(refused()).hasMessageContaining("checksum").hasMessageContaining("revision 5");
    }

    @Test
    void aCommitUnderAnotherRevisionIsRefused() throws SQLException {
        fill(10);
        sql("DELETE FROM log WHERE revision = 10", "INSERT INTO log SELECT 10, time, body FROM log WHERE revision = 9");
        assertThat(refused()).hasMessageContaining("checksum").hasMessageContaining("revision 10");
    }

    @Test
    void aMissingCommitIsRefused() throws SQLException {
        fill(10);
        sql("DELETE FROM log WHERE revision = 5");
        assertThat(refused()).hasMessageContaining("revisions are missing");
    }

    @Test
    void missingFirstCommitsAreRefused() throws SQLException {
        fill(10);
        sql("DELETE FROM log WHERE revision < 5");
        assertThat(refused()).hasMessageContaining("revisions are missing");
    }

    @Test
    void anEntryOfTheCheckpointThatDoesNotMatchItsChecksumIsRefused() throws SQLException {
        try (SqliteJournal journal = new SqliteJournal(SqliteFile.open(directory), SqliteStoreTest.EAGER)) {
            KeySpace keys = journal.load();
            Commit first =
                    new Commit(new Revision(1), StoreContract.NOW, put("a", "1").operations());
            journal.append(List.of(first));
            keys.apply(first);
            assertThat(journal.tail()).isEqualTo(1);
            journal.upkeep(keys, 1_000);
            assertThat(journal.tail()).isZero();
        }
        try (Store store = open()) {
            assertThat(entries(store, "")).containsExactly("a=1@1");
        }
        sql("UPDATE state SET value = CAST('2' AS BLOB)");
        assertThat(refused()).hasMessageContaining("checksum");
    }

    @Test
    void aNewerFormatIsRefusedAndNotTouched() throws Exception {
        fill(3);
        sql("PRAGMA user_version = 2");
        assertThat(refused())
                .hasMessageContaining("format 2")
                .hasMessageContaining("newer version")
                .hasMessageContaining("up to 1");
        sql("PRAGMA user_version = 1");
        try (Store store = open()) {
            assertThat(store.read("").entries()).hasSize(3);
        }
    }

    @Test
    void aDatabaseOfAnotherProgramIsRefusedAndNotTouched() throws Exception {
        sql("CREATE TABLE theirs (a)", "INSERT INTO theirs VALUES (1)");
        byte[] before = Files.readAllBytes(file());
        assertThat(refused()).hasMessageContaining("another program");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void aDatabaseThatIsOpenElsewhereIsRefused() {
        try (Store first = open()) {
            commit(first, put("a", "1"));
            assertThat(refused()).hasMessageContaining("in use by another process");
            commit(first, put("b", "1"));
        }
        try (Store store = open()) {
            assertThat(entries(store, "")).containsExactly("a=1@1", "b=1@2");
        }
    }

    @Test
    void aDataDirectoryThatIsAFileIsRefused() throws IOException {
        Path taken = Files.createFile(directory.resolve("taken"));
        for (Path path : List.of(taken, taken.resolve("below"))) {
            assertThatThrownBy(() -> Stores.sqlite(path, () -> StoreContract.NOW, new SimpleMeterRegistry()))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("chancery.data");
        }
    }

    @Test
    void aDirectoryInTheDatabasesPlaceIsRefused() throws IOException {
        Files.createDirectory(file());
        assertThat(refused()).hasMessageContaining("is a directory");
    }

    /** The kernel's own file system refuses new files and directories to everybody, root included. */
    @Test
    void aPlaceWhereNothingCanBeCreatedIsRefused() {
        for (Path path : List.of(Path.of("/proc"), Path.of("/proc/chancery"))) {
            assertThatThrownBy(() -> Stores.sqlite(path, () -> StoreContract.NOW, new SimpleMeterRegistry()))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageMatching("(?s).*(may write|read and write the data directory).*");
        }
    }

    /** Permissions do not bind root; for root the same code comes from a connection that may only read. */
    @Test
    void aFileThatMayNotBeWrittenIsRefused() throws IOException {
        fill(3);
        if (System.getProperty("user.name").equals("root")) {
            try (SqliteFile readOnly = SqliteFile.open(directory)) {
                readOnly.execute("PRAGMA query_only = ON");
                assertThatThrownBy(() -> readOnly.transact(() -> readOnly.execute("DELETE FROM log")))
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("cannot be written")
                        .hasMessageContaining(file().toString());
            }
        } else {
            Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("r--r--r--"));
            assertThat(refused()).hasMessageContaining("cannot be written");
            Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        }
        try (Store store = open()) {
            assertThat(store.read("").entries()).hasSize(3);
        }
    }

    @Test
    void aFullDiskFailsTheCommitLeavesNoTraceAndHealsWithTheNextOne() {
        SqliteFile limited = SqliteFile.open(directory);
        try (Store store = onDiskWithRoomFor(limited, 8)) {
            int accepted = fillUp(store);
            assertThat(store.read("").entries()).hasSize(accepted);
            assertThat(store.read("").revision()).isEqualTo(new Revision(accepted));
            assertThat(store.fault())
                    .hasValueSatisfying(fault -> assertThat(fault).contains("full"));
            assertThat(StoreContract.history(store, accepted - 1, 10)).hasSize(1);

            freeSpace(limited);

            assertThat(commit(store, put("after", "1"))).isEqualTo(new Revision(accepted + 1));
            assertThat(store.fault()).isEmpty();
        }
        try (Store store = open()) {
            assertThat(entries(store, "after")).hasSize(1);
            assertThat(StoreContract.history(store, 0, 100))
                    .hasSize(Math.toIntExact(store.read("").revision().value()));
        }
    }

    @Test
    void aFullDiskThatIsFreedHealsWithoutACommit() {
        SqliteFile limited = SqliteFile.open(directory);
        try (Store store = onDiskWithRoomFor(limited, 8)) {
            fillUp(store);
            assertThat(store.fault()).isPresent();
            freeSpace(limited);
            Awaitility.await("the store tries again by itself")
                    .untilAsserted(() -> assertThat(store.fault()).isEmpty());
            commit(store, put("after", "1"));
        }
    }

    @Test
    void ofAGroupThatDoesNotFitNothingRemains() {
        SqliteFile limited = SqliteFile.open(directory);
        try (Store store = onDiskWithRoomFor(limited, 8)) {
            List<CompletableFuture<CommitResult>> answers = IntStream.range(0, 200)
                    .mapToObj(i -> store.commit(put("key-" + i, "x".repeat(2_000))))
                    .toList();
            List<String> accepted = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                if (failure(answers.get(i)).isEmpty()) {
                    accepted.add("key-" + i);
                }
            }
            assertThat(accepted).hasSizeLessThan(200);
            assertThat(store.read("").entries().stream().map(StoreView.Entry::key))
                    .containsExactlyInAnyOrderElementsOf(accepted);
        }
    }

    private static Store onDiskWithRoomFor(SqliteFile file, int pages) {
        file.execute("PRAGMA max_page_count = " + (file.number("PRAGMA page_count") + pages));
        return new LogStore(
                new SqliteJournal(file, Checkpoint.Bounds.DEFAULT), () -> StoreContract.NOW, new SimpleMeterRegistry());
    }

    /** The driver lets one thread at a time into a connection, so a test may speak to it beside the store's writer. */
    private static void freeSpace(SqliteFile file) {
        file.execute("PRAGMA max_page_count = 1000000");
    }

    private int fillUp(Store store) {
        int accepted = 0;
        Optional<String> failure = Optional.empty();
        while (failure.isEmpty()) {
            assertThat(accepted).isLessThan(100);
            failure = failure(store.commit(put("key-" + accepted, "x".repeat(2_000))));
            accepted++;
        }
        assertThat(failure.get())
                .contains("disk that holds " + file())
                .contains("full")
                .contains("Free some space");
        return accepted - 1;
    }

    private static Optional<String> failure(CompletableFuture<CommitResult> answer) {
        try {
            StoreContract.committed(answer.join());
            return Optional.empty();
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(StoreUnavailableException.class);
            return Optional.ofNullable(e.getMessage());
        }
    }

    private void flip(long offset, int length) throws IOException {
        flip(file(), offset, length);
    }

    private static void flip(Path file, long offset, int length) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            for (long at = offset; at < Math.min(offset + length, raw.length()); at++) {
                raw.seek(at);
                int old = raw.read();
                raw.seek(at);
                raw.write(old ^ 0xFF);
            }
        }
    }
}
