package io.chancery.redis;

import static io.chancery.redis.TestingMasters.A;
import static io.chancery.redis.TestingMasters.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegisteredCodecTest {

    private static final Registered WITHOUT_SWITCH = new Registered(
            new ServiceName("m"), new ServiceName("r"), Set.of(Watched.id(A), Watched.id(B)), Optional.empty());

    @Test
    void whatIsWrittenIsReadAsTheSame() {
        PastSwitch first =
                new PastSwitch(Optional.empty(), A, Instant.parse("2026-01-01T00:00:00.123456Z"), new Revision(7));
        PastSwitch next = new PastSwitch(Optional.of(A), B, Instant.EPOCH, new Revision(8));

        for (Registered one :
                new Registered[] {WITHOUT_SWITCH, WITHOUT_SWITCH.switched(first), WITHOUT_SWITCH.switched(next)}) {
            assertThat(RegisteredCodec.decode("redis/orders", RegisteredCodec.encode(one)))
                    .isEqualTo(one);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\u0002{}",
                "\u0001",
                "\u0001{}",
                "\u0001{\"master\": \"m\", \"replicas\": \"r\", \"nodes\": [7]}",
                "\u0001{\"master\": \"m\", \"replicas\": \"r\", \"switch\": {\"to\": \"x\"}}"
            })
    void whatIsDamagedIsRefusedByItsKey(String value) {
        assertThatExceptionOfType(UnreadableMasterException.class)
                .isThrownBy(() -> RegisteredCodec.decode("redis/orders", value.getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining("redis/orders");
    }
}
