package io.chancery.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.store.DataDirectory;
import io.chancery.store.Operation;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.store.Transaction;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class VaultConfigurationTest {

    @TempDir
    private Path folder;

    private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Wiring.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(VaultProperties.class)
    @Import(VaultConfiguration.class)
    static class Wiring {
        @Bean(destroyMethod = "close")
        Store store() {
            return Stores.inMemory(InstantSource.fixed(Instant.EPOCH), new SimpleMeterRegistry());
        }

        @Bean
        SealedKeys sealedKeys() {
            return new SealedKeys("some/");
        }
    }

    @Test
    void byDefaultTheKeySetIsBesideTheDatabase() {
        runner.withBean(DataDirectory.class, () -> new DataDirectory(Optional.of(folder)))
                .run(context -> {
                    assertThat(context).hasSingleBean(Vault.class);
                    assertThat(context.getBean(VaultProperties.class)).isEqualTo(new VaultProperties(null));
                    assertThat(folder.resolve("secrets-keyset.json")).isNotEmptyFile();
                });
    }

    @Test
    void itIsWhereTheSettingSays() {
        Path file = folder.resolve("other.json");
        runner.withBean(DataDirectory.class, () -> new DataDirectory(Optional.of(folder)))
                .withPropertyValues("chancery.secrets.keyset=" + file)
                .run(context -> {
                    assertThat(context.getBean(VaultProperties.class)).isEqualTo(new VaultProperties(file));
                    assertThat(file).isNotEmptyFile();
                    assertThat(folder.resolve("secrets-keyset.json")).doesNotExist();
                });
    }

    @Test
    void aStoreInMemoryHasItsKeysInMemory() {
        Path file = folder.resolve("other.json");
        runner.withBean(DataDirectory.class, () -> new DataDirectory(Optional.empty()))
                .withPropertyValues("chancery.secrets.keyset=" + file)
                .run(context -> {
                    assertThat(context).hasSingleBean(Vault.class);
                    assertThat(folder).isEmptyDirectory();
                });
    }

    @Test
    void sealedValuesOfEveryModuleAreLookedAtAndOthersAreNot() {
        byte[] sealed = Vault.inMemory().seal("some/a", new byte[] {1});
        runner.withBean(DataDirectory.class, () -> new DataDirectory(Optional.of(folder)))
                .withInitializer(context -> context.getBeanFactory()
                        .addBeanPostProcessor(new StoreFiller(List.of(
                                new Operation.Put("some/a", sealed), new Operation.Put("other/b", new byte[] {2, 3})))))
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(VaultUnavailableException.class)
                        .hasMessageContaining("missing"));
        runner.withBean(DataDirectory.class, () -> new DataDirectory(Optional.of(folder)))
                .withInitializer(context -> context.getBeanFactory()
                        .addBeanPostProcessor(
                                new StoreFiller(List.of(new Operation.Put("other/b", new byte[] {2, 3})))))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void theFailureSaysWhatToDo() {
        var analysis =
                new VaultFailureAnalyzer().analyze(new VaultUnavailableException("It is gone.", "Bring it back."));

        assertThat(analysis).isNotNull();
        assertThat(analysis.getDescription()).isEqualTo("It is gone.");
        assertThat(analysis.getAction()).isEqualTo("Bring it back.");
    }

    /** Puts something into the store before anybody uses it. */
    private record StoreFiller(List<Operation> operations) implements BeanPostProcessor {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            if (bean instanceof Store store) {
                store.commit(new Transaction(List.of(), operations)).join();
            }
            return bean;
        }
    }
}
