package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import io.chancery.model.ServiceName;
import java.util.Optional;

/** Spans of requests. */
public record Tracing(
        @Field(value = "is how spans are sent: zipkin (HTTP, JSON v2) or otlp (gRPC)", otherwise = "zipkin")
        Provider provider,

        @Field("is the service that takes them") String service,

        @Field(value = "is the percentage of requests that are traced without being asked to", otherwise = "100")
        int sampling,

        @Field(value = "is the path that zipkin takes them under", otherwise = "/api/v2/spans")
        String path,

        @Field(
                "is the service's name in spans of otlp; left out, the manifest's name; those of zipkin have the node's cluster")
        Optional<String> serviceName) {

    /** Formats of spans. */
    public enum Provider {
        ZIPKIN,
        OTLP
    }

    public Tracing {
        ServiceName _ = new ServiceName(service);
        Bounds.percent("sampling", sampling);
        Paths.check("path", path);
        Bounds.printable("serviceName", serviceName);
        if (provider == Provider.ZIPKIN && serviceName.isPresent()) {
            throw new InvalidValueException(
                    "serviceName", "must be left out where provider is zipkin: Envoy writes the node's cluster");
        }
    }

    SpecReference reference() {
        return new SpecReference(SpecReference.Kind.SERVICE, service, "tracing.service");
    }
}
