package io.chancery.vault;

import io.chancery.store.DataDirectory;
import io.chancery.store.Store;
import io.chancery.store.StoreView;
import java.nio.file.Path;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class VaultConfiguration {

    static final String FILE = "secrets-keyset.json";

    @Bean
    Vault vault(Store store, DataDirectory data, List<SealedKeys> sealedKeys, VaultProperties properties) {
        return data.path()
                .map(directory -> properties.keyset() == null ? directory.resolve(FILE) : properties.keyset())
                .map(file -> open(file, store, sealedKeys))
                .orElseGet(Vault::inMemory);
    }

    private static Vault open(Path file, Store store, List<SealedKeys> sealedKeys) {
        List<StoreView.Entry> sealed = sealedKeys.stream()
                .flatMap(keys -> store.read(keys.prefix()).entries().stream())
                .filter(entry -> Vault.isSealed(entry.value()))
                .toList();
        return new KeysetFile(file).open(sealed);
    }
}
