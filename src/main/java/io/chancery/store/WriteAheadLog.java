package io.chancery.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Looks into SQLite's write-ahead log before SQLite does.
 *
 * <p>SQLite reads the log up to the first frame whose checksum does not match and drops the rest in silence: it takes the
 * rest for a transaction that was being written when the power went. As every transaction is synced before the next one
 * is written, only one can be in that state. Where a commit mark behind the bad frame is followed by more of the same
 * log, the bad frame lay in a transaction that was on the disk, so it was damaged later, and dropping it would take back
 * what was answered.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html#the_write_ahead_log">the format</a>
 */
final class WriteAheadLog {

    private static final int HEADER = 32;
    private static final int FRAME_HEADER = 24;
    private static final int MAGIC = 0x377F0682;

    /** Offset of the two salts in the log's header and in a frame's. */
    private static final int HEADER_SALTS = 16;

    private static final int FRAME_SALTS = 8;

    private final FileChannel channel;
    private final ByteBuffer frame;
    private final long salts;
    private final boolean bigEndian;

    private int sum1;
    private int sum2;

    private WriteAheadLog(FileChannel channel, ByteBuffer header) {
        this.channel = channel;
        this.frame = ByteBuffer.allocate(FRAME_HEADER + header.getInt(8));
        this.salts = header.getLong(HEADER_SALTS);
        this.bigEndian = (header.getInt(0) & 1) == 1;
        add(header, 0, HEADER - 8);
    }

    /** Returns what is wrong with the log, if that can be told from a transaction that was cut off. */
    static Optional<String> damage(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) < HEADER) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(HEADER);
            read(channel, header, 0);
            if (header.getLong(0) == 0 && header.getLong(HEADER_SALTS) == 0) {
                // A new log whose length reached the disk before its content.
                return Optional.empty();
            }
            int pageSize = header.getInt(8);
            boolean known = (header.getInt(0) & ~1) == MAGIC && pageSize >= 512 && pageSize <= 65_536;
            if (!known) {
                return Optional.of("the beginning of its write-ahead log cannot be read");
            }
            WriteAheadLog log = new WriteAheadLog(channel, header);
            if (log.sum1 != header.getInt(HEADER - 8) || log.sum2 != header.getInt(HEADER - 4)) {
                return Optional.of("the beginning of its write-ahead log does not match its checksum");
            }
            return log.scan();
        }
    }

    private Optional<String> scan() throws IOException {
        long frames = (channel.size() - HEADER) / frame.capacity();
        boolean whole = true;
        long bad = 0;
        boolean committedBehindBad = false;
        for (long i = 0; i < frames; i++) {
            read(channel, frame, HEADER + i * frame.capacity());
            boolean ours = frame.getLong(FRAME_SALTS) == salts;
            if (whole) {
                add(frame, 0, 8);
                add(frame, FRAME_HEADER, frame.capacity() - FRAME_HEADER);
                whole = ours && sum1 == frame.getInt(16) && sum2 == frame.getInt(20);
                bad = i;
            }
            if (!whole && ours) {
                if (committedBehindBad) {
                    return Optional.of("frame " + bad + " of its write-ahead log does not match its checksum");
                }
                committedBehindBad = frame.getInt(4) != 0;
            }
        }
        return Optional.empty();
    }

    private void add(ByteBuffer buffer, int offset, int length) {
        buffer.order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        for (int i = offset; i < offset + length; i += 8) {
            sum1 += buffer.getInt(i) + sum2;
            sum2 += buffer.getInt(i + 4) + sum1;
        }
        buffer.order(ByteOrder.BIG_ENDIAN);
    }

    private static void read(FileChannel channel, ByteBuffer into, long position) throws IOException {
        into.clear();
        while (into.hasRemaining() && channel.read(into, position + into.position()) > 0) {
            // A read may return less than was asked for.
        }
        into.flip();
    }
}
