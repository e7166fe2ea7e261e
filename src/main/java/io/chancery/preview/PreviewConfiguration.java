package io.chancery.preview;

import io.chancery.snapshot.Compilation;
import io.chancery.xds.ClientStreams;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PreviewConfiguration {

    @Bean
    Preview preview(ClientStreams streams, Compilation compilation, EnvoyProperties envoy) {
        return new Preview(streams, compilation, Optional.ofNullable(envoy.binary()), InstantSource.system());
    }
}
