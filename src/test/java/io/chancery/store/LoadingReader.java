package io.chancery.store;

import io.chancery.registry.EndpointRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;

/** A process that opens a store and builds the registry, and prints how long that took and what it cost. */
final class LoadingReader {

    private LoadingReader() {}

    public static void main(String[] args) {
        long begin = System.nanoTime();
        try (Store store = Stores.sqlite(Path.of(args[0]), InstantSource.system(), new SimpleMeterRegistry())) {
            long opened = System.nanoTime();
            try (EndpointRegistry registry = new EndpointRegistry(store, 65_536, new SimpleMeterRegistry())) {
                long loaded = System.nanoTime();
                System.out.println("store opened in ms " + (opened - begin) / 1_000_000);
                System.out.println("registry built in ms " + (loaded - opened) / 1_000_000);
                System.out.println("loaded in ms " + (loaded - begin) / 1_000_000);
                ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .ifPresent(used -> System.out.println("processor time in ms " + used.toMillis()));
                System.out.println("endpoints " + registry.view().endpointCount());
            }
        }
    }
}
