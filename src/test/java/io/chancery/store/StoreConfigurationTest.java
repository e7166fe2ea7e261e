package io.chancery.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.chancery.model.Revision;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class StoreConfigurationTest {

    @TempDir
    private Path directory;

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Wiring.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(StoreProperties.class)
    @Import(StoreConfiguration.class)
    static class Wiring {
        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(StoreProperties.class)
    static class PropertiesOnly {}

    @Test
    void theDefaultsAreADurableStoreInTheDirectoryData() {
        new ApplicationContextRunner()
                .withUserConfiguration(PropertiesOnly.class)
                .run(context -> assertThat(context.getBean(StoreProperties.class))
                        .isEqualTo(new StoreProperties(Path.of("data"), StoreProperties.Kind.SQLITE)));
    }

    @Test
    void everyPropertyHasItsName() {
        new ApplicationContextRunner()
                .withUserConfiguration(PropertiesOnly.class)
                .withPropertyValues("chancery.data=/srv/chancery", "chancery.store=memory")
                .run(context -> assertThat(context.getBean(StoreProperties.class))
                        .isEqualTo(new StoreProperties(Path.of("/srv/chancery"), StoreProperties.Kind.MEMORY)));
    }

    @Test
    void theStoreIsOpenWhileTheContextIsAndHealthy() {
        Path data = directory.resolve("data");
        runner.withPropertyValues("chancery.data=" + data).run(context -> {
            Store store = context.getBean(Store.class);
            StoreContract.commit(store, StoreContract.put("a", "1"));
            Health health = health(context.getBean("storeHealthIndicator", HealthIndicator.class));
            assertThat(health.getStatus()).isEqualTo(Status.UP);
        });
        runner.withPropertyValues("chancery.data=" + data)
                .run(context -> assertThat(StoreContract.entries(context.getBean(Store.class), ""))
                        .containsExactly("a=1@1"));
    }

    @Test
    void aStoreInMemoryLeavesNothingOnTheDisk() {
        Path data = directory.resolve("data");
        runner.withPropertyValues("chancery.data=" + data, "chancery.store=memory")
                .run(context -> {
                    StoreContract.commit(context.getBean(Store.class), StoreContract.put("a", "1"));
                    assertThat(data).doesNotExist();
                });
    }

    @Test
    void aStoreThatCannotWriteIsDownWithTheReason() {
        SqliteFile full = SqliteFile.open(directory);
        full.execute("PRAGMA max_page_count = " + full.number("PRAGMA page_count"));
        try (Store store = new LogStore(
                new SqliteJournal(full, Checkpoint.Bounds.DEFAULT),
                () -> StoreContract.NOW,
                new SimpleMeterRegistry())) {
            assertThat(store.commit(StoreContract.put("a", "x".repeat(100_000))))
                    .failsWithin(Duration.ofSeconds(30));
            Health health = health(new StoreConfiguration().storeHealthIndicator(store));
            assertThat(health.getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.getDetails().get("fault")).asString().contains("is full");
        }
    }

    @Test
    void aStoreThatCannotBeOpenedIsExplainedInsteadOfTraced() throws Exception {
        Path data = Files.createFile(directory.resolve("taken"));
        runner.withPropertyValues("chancery.data=" + data).run(context -> {
            assertThat(context).hasFailed();
            assertThat(Optional.ofNullable(context.getStartupFailure()).map(new StoreFailureAnalyzer()::analyze))
                    .hasValueSatisfying(analysis -> {
                        assertThat(analysis.getDescription())
                                .isEqualTo("The data directory " + data + " is not a directory.");
                        assertThat(analysis.getAction()).isEqualTo("Set chancery.data to a directory.");
                    });
        });
    }

    @Test
    void metersAreThereFromTheStartAndCountByOutcome() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (Store store = Stores.inMemory(() -> StoreContract.NOW, meters)) {
            assertThat(meters.getMeters())
                    .allSatisfy(
                            meter -> assertThat(meter.getId().getDescription()).isNotBlank());
            assertThat(counts(meters)).containsExactly(0.0, 0.0, 0.0);

            StoreContract.commit(store, StoreContract.put("a", "1"));
            StoreContract.commit(store, StoreContract.put("a", "2"));
            store.commit(StoreContract.putIf("a", new Revision(1), "3")).join();
            List<Operation> tooMany = IntStream.rangeClosed(0, store.limits().maxOperations())
                    .<Operation>mapToObj(i -> new Operation.Delete("k" + i))
                    .toList();
            assertThat(catchThrowable(() ->
                            store.commit(new Transaction(List.of(), tooMany)).join()))
                    .isNotNull();

            assertThat(counts(meters)).containsExactly(2.0, 1.0, 1.0);
            assertThat(meters.get("chancery.store.commit.duration").timer().count())
                    .isEqualTo(3);
            assertThat(meters.get("chancery.store.group.size").summary().totalAmount())
                    .isEqualTo(2);
            assertThat(meters.get("chancery.store.log.tail").gauge().value()).isZero();
        }
    }

    private static List<Double> counts(MeterRegistry meters) {
        return Stream.of("committed", "conflict", "failed")
                .map(outcome -> meters.get("chancery.store.commits")
                        .tag("outcome", outcome)
                        .counter()
                        .count())
                .toList();
    }

    private static Health health(HealthIndicator indicator) {
        Health health = indicator.health();
        assertThat(health).isNotNull();
        return health;
    }
}
