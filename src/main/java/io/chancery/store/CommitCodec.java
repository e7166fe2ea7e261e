package io.chancery.store;

import io.chancery.model.Revision;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Commits and entries as the database keeps them.
 *
 * <p>A commit's body is a format byte, the number of operations, the operations, and a CRC-32C of the revision, the time
 * and all before it. An operation is a byte for its kind, the key's length and the key in UTF-8, and for a put the value's
 * length and the value. Numbers are LEB128, the checksum is big-endian.
 */
final class CommitCodec {

    private static final byte FORMAT = 1;
    private static final byte PUT = 0;
    private static final byte DELETE = 1;
    private static final int MAX_VARINT = 5;

    private CommitCodec() {}

    static byte[] encode(Commit commit) {
        int bound = 1 + MAX_VARINT + Integer.BYTES;
        for (Operation operation : commit.operations()) {
            bound += 1 + 2 * MAX_VARINT + Utf8.length(operation.key()) + valueLength(operation);
        }
        ByteBuffer out = ByteBuffer.allocate(bound).put(FORMAT);
        putNumber(out, commit.operations().size());
        for (Operation operation : commit.operations()) {
            switch (operation) {
                case Operation.Put(String key, byte[] value) -> {
                    out.put(PUT);
                    putBytes(out, key.getBytes(StandardCharsets.UTF_8));
                    putBytes(out, value);
                }
                case Operation.Delete(String key) -> {
                    out.put(DELETE);
                    putBytes(out, key.getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        out.putInt(crc(commit.revision().value(), commit.time().toEpochMilli(), out.array(), out.position()));
        byte[] body = new byte[out.position()];
        System.arraycopy(out.array(), 0, body, 0, body.length);
        return body;
    }

    /** @throws DamagedException if the checksum does not match */
    static Commit decode(long revision, long timeMillis, byte[] body) {
        int end = body.length - Integer.BYTES;
        if (end < 0 || ByteBuffer.wrap(body).getInt(end) != crc(revision, timeMillis, body, end)) {
            throw new DamagedException("the checksum of revision " + revision + " does not match");
        }
        ByteBuffer in = ByteBuffer.wrap(body, 0, end);
        try {
            if (in.get() != FORMAT) {
                throw new DamagedException("revision " + revision + " has an unknown format");
            }
            int count = number(in);
            List<Operation> operations = new ArrayList<>(Math.min(count, body.length));
            for (int i = 0; i < count; i++) {
                byte kind = in.get();
                String key = new String(bytes(in), StandardCharsets.UTF_8);
                operations.add(
                        switch (kind) {
                            case PUT -> new Operation.Put(key, bytes(in));
                            case DELETE -> new Operation.Delete(key);
                            default -> throw new DamagedException("revision " + revision + " has an unknown operation");
                        });
            }
            return new Commit(new Revision(revision), Instant.ofEpochMilli(timeMillis), operations);
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            throw new DamagedException("revision " + revision + " cannot be read");
        }
    }

    /** Returns the checksum that is kept beside an entry. */
    static int crc(StoreView.Entry entry) {
        byte[] key = entry.key().getBytes(StandardCharsets.UTF_8);
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(entry.modified().value())
                .putInt(key.length)
                .flip());
        crc.update(key);
        crc.update(entry.value());
        return (int) crc.getValue();
    }

    private static int crc(long revision, long timeMillis, byte[] body, int length) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(revision)
                .putLong(timeMillis)
                .flip());
        crc.update(body, 0, length);
        return (int) crc.getValue();
    }

    private static int valueLength(Operation operation) {
        return switch (operation) {
            case Operation.Put(String _, byte[] value) -> value.length;
            case Operation.Delete _ -> 0;
        };
    }

    private static void putBytes(ByteBuffer out, byte[] bytes) {
        putNumber(out, bytes.length);
        out.put(bytes);
    }

    private static byte[] bytes(ByteBuffer in) {
        int length = number(in);
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static void putNumber(ByteBuffer out, int number) {
        int rest = number;
        while (rest >= 0x80) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static int number(ByteBuffer in) {
        int number = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += 7) {
            byte next = in.get();
            number |= (next & 0x7f) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new BufferUnderflowException();
    }

    /** What was read is not what was written. */
    static final class DamagedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final String reason;

        DamagedException(String reason) {
            super(reason);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }
}
