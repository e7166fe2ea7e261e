package io.chancery.bootstrap;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestView;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Node;
import java.util.Map;
import java.util.Optional;

/**
 * The runtime values that an Envoy has until it hears others: those of its layers when its file was made. So one that starts while
 * Chancery is away does not start with what Envoy has by itself.
 */
public final class RuntimeFallback {

    /** No values. */
    public static final RuntimeFallback NONE = new RuntimeFallback(Struct.getDefaultInstance());

    private final Struct values;

    private RuntimeFallback(Struct values) {
        this.values = values;
    }

    /** The values that an Envoy would be sent now; of a key in several layers that of the last. */
    public static RuntimeFallback of(ManifestView manifests, EnvoyIdentity identity, RuntimeLayers layers) {
        Node node = new Node(identity.node(), identity.cluster(), identity.locality(), Map.of());
        Struct.Builder values = Struct.newBuilder();
        for (String name : layers.names()) {
            find(manifests, name)
                    .filter(manifest -> manifest.nodes().matches(node))
                    .ifPresent(manifest -> values.putAllFields(values(manifest).getFieldsMap()));
        }
        return new RuntimeFallback(values.build());
    }

    /** A layer may have a name that no manifest can have. */
    private static Optional<Manifest> find(ManifestView manifests, String layer) {
        try {
            return manifests
                    .manifest(new ManifestKey(ManifestKind.RUNTIME_LAYER, layer))
                    .map(DeclaredManifest::manifest);
        } catch (InvalidValueException _) {
            return Optional.empty();
        }
    }

    private static Struct values(Manifest layer) {
        String json = Documents.redacted(layer).path("spec").path("values").toString();
        Struct.Builder values = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(json, values);
            return values.build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the values of " + layer.key() + " cannot be read", e);
        }
    }

    Struct values() {
        return values;
    }
}
