package io.chancery.fleet;

import io.chancery.snapshot.SnapshotSource;
import io.chancery.store.Store;
import io.chancery.vault.SealedKeys;
import io.chancery.vault.Vault;
import io.chancery.xds.ClientStreams;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FleetConfiguration {

    @Bean
    QuarantineRegistry quarantine(Store store, Vault vault, FleetProperties properties) {
        return new QuarantineRegistry(store, vault, properties.quarantine());
    }

    /** What is sent instead of a refused version may have something secret. */
    @Bean
    SealedKeys sealedQuarantine() {
        return new SealedKeys(QuarantineCodec.PREFIX);
    }

    @Bean
    Judge judge(QuarantineRegistry quarantine, SnapshotSource snapshots, FleetProperties properties) {
        Judge judge = new Judge(
                quarantine, properties.quarantine(), properties.quarantineThreshold(), InstantSource.system());
        snapshots.addListener(judge);
        return judge;
    }

    @Bean
    Fleet fleet(ClientStreams streams, QuarantineRegistry quarantine, Judge judge, MeterRegistry meters) {
        Fleet fleet = new Fleet(streams, quarantine, judge, InstantSource.system(), meters);
        fleet.start();
        return fleet;
    }

    @Bean
    ClientStatusService clientStatusService(ClientStreams streams) {
        return new ClientStatusService(streams);
    }
}
