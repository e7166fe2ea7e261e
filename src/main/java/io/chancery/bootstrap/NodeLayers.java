package io.chancery.bootstrap;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestView;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.RuntimeLayer;
import io.chancery.manifest.spec.Spec;
import io.chancery.model.Node;
import io.chancery.model.ResourceType;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** The runtime layers that there are for one node, as it would be sent them. */
public final class NodeLayers {

    /** No layers. */
    public static final NodeLayers NONE = new NodeLayers(Map.of());

    /** As for any resource: one that is for some nodes goes before one that is for all. */
    private static final Comparator<Manifest> PRECEDENCE = Comparator.<Manifest, Boolean>comparing(
                    one -> one.nodes().isEvery())
            .thenComparing(one -> one.key().toString());

    private final Map<String, Manifest> byName;

    private NodeLayers(Map<String, Manifest> byName) {
        this.byName = byName;
    }

    /** Finds those for a node. What its metadata will be nobody knows, so manifests that ask for some are not for it. */
    public static NodeLayers of(ManifestView manifests, EnvoyIdentity identity) {
        Node node = new Node(identity.node(), identity.cluster(), identity.locality(), Map.of());
        Map<String, Manifest> byName = new HashMap<>();
        Consumer<Collection<DeclaredManifest>> add = all -> all.stream()
                .map(DeclaredManifest::manifest)
                .filter(manifest -> manifest.nodes().matches(node))
                .forEach(manifest -> layerName(manifest)
                        .ifPresent(name -> byName.merge(
                                name, manifest, (one, other) -> PRECEDENCE.compare(one, other) <= 0 ? one : other)));
        add.accept(manifests.ofKind(ManifestKind.RUNTIME_LAYER).values());
        add.accept(manifests.ofKind(ManifestKind.RESOURCE).values());
        return new NodeLayers(byName);
    }

    private static Optional<String> layerName(Manifest manifest) {
        ManifestKey key = manifest.key();
        return manifest.spec().declares(key.name()).stream()
                .filter(declared -> declared.type() == ResourceType.RUNTIME)
                .map(declared -> declared.name())
                .findFirst();
    }

    /** Their names, of which a later one is to count more. */
    List<String> names() {
        return byName.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, Manifest>>comparingInt(layer -> order(layer.getValue()))
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static int order(Manifest manifest) {
        return manifest.spec() instanceof RuntimeLayer layer ? layer.order() : 0;
    }

    /** What an Envoy is to have of a layer before it hears of it, by dotted keys; nothing of one that there is not. */
    Struct valuesToStartWith(String name) {
        Struct.Builder flat = Struct.newBuilder();
        Optional.ofNullable(byName.get(name)).map(NodeLayers::values).ifPresent(values -> flatten("", values, flat));
        return flat.build();
    }

    private static Struct values(Manifest manifest) {
        if (manifest.spec() instanceof Spec.RawResource raw && raw.content() instanceof Runtime runtime) {
            return runtime.getLayer();
        }
        JsonNode spec = Documents.redacted(manifest).path("spec");
        JsonNode json = spec.has("fallback") ? spec.get("fallback") : spec.path("values");
        Struct.Builder values = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(json.isObject() ? json.toString() : "{}", values);
            return values.build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the values of " + manifest.key() + " cannot be read", e);
        }
    }

    /** Of a key that layers spell differently Envoy would take either value. */
    private static void flatten(String prefix, Struct values, Struct.Builder flat) {
        values.getFieldsMap().forEach((name, value) -> {
            if (isNested(value)) {
                flatten(prefix + name + '.', value.getStructValue(), flat);
            } else {
                flat.putFields(prefix + name, value);
            }
        });
    }

    /** As Envoy tells it. */
    private static boolean isNested(Value value) {
        Struct inner = value.getStructValue();
        return value.hasStructValue()
                && inner.getFieldsCount() > 0
                && !inner.containsFields("numerator")
                && !inner.containsFields("denominator");
    }
}
