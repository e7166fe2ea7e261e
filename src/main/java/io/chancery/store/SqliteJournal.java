package io.chancery.store;

import io.chancery.model.InvalidValueException;
import io.chancery.model.Revision;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps commits in an SQLite database.
 *
 * <p>A commit is one row of the table {@code log}, and a group of them one SQLite transaction: appending by an integer
 * key is an order of magnitude faster than updating rows under text keys. The table {@code state} is the checkpoint;
 * {@link Checkpoint} says how the log is folded into it. Rows that were folded stay as history up to a bound.
 */
final class SqliteJournal implements Journal {

    private static final Logger log = LoggerFactory.getLogger(SqliteJournal.class);

    /** Bytes of commits handed out, or deleted, at once. */
    private static final long PAGE_BYTES = 16L << 20;

    /** Rows deleted at once at least: under load that is one deletion in many groups, and a millisecond or two each. */
    private static final int TRIM_ROWS = 1_000;

    private final SqliteFile file;
    private final Checkpoint.Bounds bounds;
    private final Checkpoint checkpoint;
    private final SqliteFile.Query insert;
    private final SqliteFile.Query select;
    private final SqliteFile.Query sizes;
    private final SqliteFile.Query trim;
    private final SqliteFile.Query states;
    private final SqliteFile.Query upsert;
    private final SqliteFile.Query remove;
    private final SqliteFile.Query reach;

    private Revision oldest = Revision.ZERO;
    private Revision last = Revision.ZERO;

    /** Bytes of all rows of the log. */
    private long bytes;

    private boolean trimming;

    SqliteJournal(SqliteFile file, Checkpoint.Bounds bounds) {
        this.file = file;
        this.bounds = bounds;
        checkpoint = new Checkpoint(bounds);
        insert = file.new Query("INSERT INTO log (revision, time, body) VALUES (?, ?, ?)");
        select = file.new Query("SELECT revision, time, body FROM log WHERE revision > ? ORDER BY revision LIMIT ?");
        sizes = file.new Query("SELECT revision, length(body) FROM log WHERE revision <= ? ORDER BY revision LIMIT ?");
        trim = file.new Query("DELETE FROM log WHERE revision <= ?");
        states = file.new Query("SELECT key, value, modified, crc FROM state ORDER BY key");
        upsert = file.new Query("INSERT INTO state (key, value, modified, crc) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO"
                + " UPDATE SET value = excluded.value, modified = excluded.modified, crc = excluded.crc");
        remove = file.new Query("DELETE FROM state WHERE key = ?");
        reach = file.new Query("UPDATE meta SET value = ? WHERE name = 'checkpoint'");
    }

    @Override
    public KeySpace load() {
        try {
            Revision folded = new Revision(file.number("SELECT value FROM meta WHERE name = 'checkpoint'"));
            long rows = file.number("SELECT count(*) FROM log");
            long first = file.number("SELECT coalesce(min(revision), 0) FROM log");
            last = new Revision(Math.max(folded.value(), file.number("SELECT coalesce(max(revision), 0) FROM log")));
            oldest = rows == 0 ? folded : new Revision(first - 1);
            bytes = file.number("SELECT coalesce(sum(length(body)), 0) FROM log");
            if (oldest.compareTo(folded) > 0 || (rows > 0 && last.value() - oldest.value() != rows)) {
                throw file.damaged("revisions are missing between " + oldest.value() + " and " + last.value());
            }
            checkpoint.startAt(folded);
            KeySpace keys = new KeySpace(new StoreView(folded, state()));
            while (keys.revision().compareTo(last) < 0) {
                replay(keys);
            }
            log.info("Store loaded. revision={} keys={} replayed={}", last.value(), keys.size(), checkpoint.tail());
            return keys;
        } catch (SQLException e) {
            throw file.unavailable(e);
        } catch (CommitCodec.DamagedException e) {
            throw file.damaged(e.reason());
        } catch (InvalidValueException e) {
            throw file.damaged("a " + e.getMessage());
        }
    }

    private List<StoreView.Entry> state() throws SQLException {
        List<StoreView.Entry> entries = new ArrayList<>();
        try (ResultSet rows = states.rows()) {
            @Nullable Revision modified = null;
            while (rows.next()) {
                long revision = rows.getLong(3);
                if (modified == null || modified.value() != revision) {
                    modified = new Revision(revision);
                }
                StoreView.Entry entry = new StoreView.Entry(rows.getString(1), rows.getBytes(2), modified);
                if (rows.getInt(4) != CommitCodec.crc(entry) || modified.compareTo(last) > 0) {
                    throw file.damaged("the checksum of entry " + entries.size() + " does not match");
                }
                entries.add(entry);
            }
        }
        return entries;
    }

    private void replay(KeySpace keys) throws SQLException {
        try (ResultSet rows = select.rows(keys.revision().value(), 1_000)) {
            while (rows.next()) {
                byte[] body = rows.getBytes(3);
                Commit commit = CommitCodec.decode(rows.getLong(1), rows.getLong(2), body);
                keys.apply(commit);
                checkpoint.note(commit, body.length);
            }
        }
    }

    @Override
    public void append(List<Commit> group) {
        List<byte[]> bodies = new ArrayList<>(group.size());
        file.transact(() -> {
            for (Commit commit : group) {
                byte[] body = CommitCodec.encode(commit);
                bodies.add(body);
                insert.update(commit.revision().value(), commit.time().toEpochMilli(), body);
            }
        });
        for (int i = 0; i < group.size(); i++) {
            checkpoint.note(group.get(i), bodies.get(i).length);
            bytes += bodies.get(i).length;
        }
        last = group.getLast().revision();
    }

    @Override
    public void heal(Revision upTo) {
        // Where writing failed after the commit mark was on its way to the disk, a crash could still bring the failed
        // commits back. The first transaction takes their place in the write-ahead log, and shows that there is room
        // for
        // a little more; the second makes it free again.
        file.transact(() -> {
            file.execute("DELETE FROM log WHERE revision > " + upTo.value());
            file.execute("INSERT OR REPLACE INTO meta VALUES ('room', zeroblob(65536))");
        });
        file.transact(() -> file.execute("DELETE FROM meta WHERE name = 'room'"));
        // Else remains of failed writes behind the good ones could be taken for damage after a crash.
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    @Override
    public Revision oldest() {
        return oldest;
    }

    @Override
    public List<Commit> after(Revision after, int limit) {
        List<Commit> commits = new ArrayList<>();
        long size = 0;
        try (ResultSet rows = select.rows(after.value(), limit)) {
            while (size < PAGE_BYTES && rows.next()) {
                byte[] body = rows.getBytes(3);
                commits.add(CommitCodec.decode(rows.getLong(1), rows.getLong(2), body));
                size += body.length;
            }
        } catch (SQLException e) {
            throw file.unavailable(e);
        } catch (CommitCodec.DamagedException e) {
            throw file.damaged(e.reason());
        }
        return commits;
    }

    @Override
    public long tail() {
        return checkpoint.tail();
    }

    @Override
    public Upkeep upkeepDue() {
        Upkeep fold = checkpoint.due();
        Upkeep trim = trimDue();
        return fold.compareTo(trim) >= 0 ? fold : trim;
    }

    @Override
    public void upkeep(KeySpace keys, int budget) {
        if (checkpoint.due() != Upkeep.NONE) {
            fold(keys, checkpoint.chunk(budget));
        }
        if (trimDue() != Upkeep.NONE) {
            trim(Math.max(budget, TRIM_ROWS));
        }
    }

    private void fold(KeySpace keys, Checkpoint.Chunk chunk) {
        file.transactLazily(() -> {
            for (String key : chunk.keys()) {
                StoreView.@Nullable Entry entry = keys.get(key);
                if (entry == null) {
                    remove.update(key);
                } else {
                    upsert.update(key, entry.value(), entry.modified().value(), CommitCodec.crc(entry));
                }
            }
            Optional<Revision> reached = chunk.reached();
            if (reached.isPresent()) {
                reach.update(reached.get().value());
            }
        });
        checkpoint.written(chunk);
    }

    /** Trimming begins a tenth above the bound, so that not every commit is followed by a deletion. */
    private Upkeep trimDue() {
        if (oldest.compareTo(checkpoint.revision()) >= 0) {
            return Upkeep.NONE;
        }
        if (exceedsHistory(2.0)) {
            return Upkeep.OVERDUE;
        }
        trimming = exceedsHistory(trimming ? 1.0 : 1.1);
        return trimming ? Upkeep.WHEN_IDLE : Upkeep.NONE;
    }

    private boolean exceedsHistory(double factor) {
        return last.value() - oldest.value() > factor * bounds.historyCommits()
                || bytes > factor * bounds.historyBytes();
    }

    /** Deletes the oldest commits, but none that recovery still needs. */
    private void trim(int budget) {
        long upTo = oldest.value();
        long kept = bytes;
        try (ResultSet rows = sizes.rows(checkpoint.revision().value(), budget)) {
            while (bytes - kept < PAGE_BYTES
                    && (last.value() - upTo > bounds.historyCommits() || kept > bounds.historyBytes())
                    && rows.next()) {
                upTo = rows.getLong(1);
                kept -= rows.getLong(2);
            }
        } catch (SQLException e) {
            throw file.unavailable(e);
        }
        long newOldest = upTo;
        file.transactLazily(() -> trim.update(newOldest));
        oldest = new Revision(newOldest);
        bytes = kept;
    }

    @Override
    public void close() {
        file.close();
    }
}
