package io.chancery.healthcheck;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * As whom a Redis is asked.
 *
 * @param user empty for Redis' default user
 */
record RedisLogin(Optional<String> user, String password) {

    /** The command {@code AUTH} in the protocol RESP, which has lengths in bytes. */
    byte[] command() {
        List<String> parts = user.map(name -> List.of("AUTH", name, password)).orElse(List.of("AUTH", password));
        ByteArrayOutputStream command = new ByteArrayOutputStream();
        command.writeBytes(("*" + parts.size() + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            command.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            command.writeBytes(bytes);
            command.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        return command.toByteArray();
    }

    @Override
    public String toString() {
        return "RedisLogin";
    }
}
