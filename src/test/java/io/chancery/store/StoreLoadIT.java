package io.chancery.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointState;
import io.chancery.model.HostPort;
import io.chancery.model.Locality;
import io.chancery.model.ServiceName;
import io.chancery.registry.BatchResult;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.RegistrationRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A million endpoints of a thousand services are read at start, in the memory that the product promises. */
class StoreLoadIT {

    private static final int SERVICES = 1_000;
    private static final int PER_SERVICE = 1_000;

    /**
     * Of both processors of the machine that the promise of ten seconds is about, with room for slower ones. Processor
     * time, as the time on the clock says more about what else runs on the machine; the lines that are printed have both.
     */
    private static final int BOUND_SECONDS = 30;

    @TempDir
    private Path directory;

    @Test
    void aMillionEndpointsAreLoadedWithFourGigabytes() throws Exception {
        fill();

        List<String> lines = new ArrayList<>();
        Process process = ChildJvm.start(List.of("-Xmx4g"), LoadingReader.class, directory.toString());
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            @Nullable String line = out.readLine();
            while (line != null) {
                lines.add(line);
                line = out.readLine();
            }
        } finally {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }

        System.out.println(String.join("\n", lines));
        assertThat(process.exitValue()).isZero();
        assertThat(lines).contains("endpoints " + SERVICES * PER_SERVICE);
        long millis = lines.stream()
                .filter(line -> line.startsWith("processor time in ms "))
                .mapToLong(line -> Long.parseLong(line.substring("processor time in ms ".length())))
                .findFirst()
                .orElseThrow();
        assertThat(millis).isLessThan(BOUND_SECONDS * 1_000L);
    }

    private void fill() {
        try (Store store = Stores.sqlite(directory, InstantSource.system(), new SimpleMeterRegistry());
                EndpointRegistry registry = new EndpointRegistry(store, PER_SERVICE, new SimpleMeterRegistry())) {
            for (int service = 0; service < SERVICES; service++) {
                ServiceName name = new ServiceName("service-" + service);
                List<RegistrationRequest> batch = new ArrayList<>(PER_SERVICE);
                for (int i = 0; i < PER_SERVICE; i++) {
                    batch.add(new RegistrationRequest.Register(name, endpoint(service, i)));
                }
                assertThat(registry.applyBatch(batch)).isInstanceOf(BatchResult.Applied.class);
            }
        }
    }

    private static Endpoint endpoint(int service, int number) {
        int id = service * PER_SERVICE + number;
        HostPort target = HostPort.parse("10." + (id >> 16) + "." + ((id >> 8) & 0xFF) + "." + (id & 0xFF) + ":8080");
        return new Endpoint(
                Endpoint.of(target).id(),
                target,
                100,
                new Locality("eu-west-1", "eu-west-1a", ""),
                0,
                Map.of("version", "v42"),
                EndpointState.ACTIVE);
    }
}
