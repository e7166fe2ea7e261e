package io.chancery.fleet;

import com.google.protobuf.Any;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import io.chancery.manifest.Redaction;
import io.chancery.model.Node;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.Resource;
import io.chancery.xds.StreamDetail;
import io.chancery.xds.StreamDetail.TypeDetail;
import io.chancery.xds.StreamStatus.RefusalStatus;
import io.chancery.xds.StreamStatus.TypeStatus;
import io.envoyproxy.envoy.admin.v3.UpdateFailureState;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.service.status.v3.ClientConfig;
import io.envoyproxy.envoy.service.status.v3.ClientConfig.GenericXdsConfig;
import io.envoyproxy.envoy.service.status.v3.ConfigStatus;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Renders streams as the client status discovery service shows them (<a
 * href="https://github.com/envoyproxy/envoy/blob/main/api/envoy/service/status/v3/csds.proto">csds.proto</a>), in the view of
 * a management server: each resource with whether it was sent, accepted or refused. Used for one answer.
 */
final class ClientConfigs {

    private final Contents contents;
    private final Map<String, Any> shown = new HashMap<>();
    private long bytes;

    /** Whether an answer has the resources themselves. */
    enum Contents {
        INCLUDED,
        EXCLUDED
    }

    ClientConfigs(Contents contents) {
        this.contents = contents;
    }

    /** The size of the resources rendered so far. */
    long bytes() {
        return bytes;
    }

    /** Renders one node. */
    ClientConfig render(Node node, List<StreamDetail> streams) {
        ClientConfig.Builder config = ClientConfig.newBuilder().setNode(node(node));
        for (StreamDetail stream : streams) {
            Map<ResourceType, TypeStatus> statuses = stream.status().types().stream()
                    .filter(type -> type.type().isPresent())
                    .collect(Collectors.toMap(type -> type.type().get(), Function.identity()));
            for (ResourceType type : ResourceType.values()) {
                @Nullable TypeDetail detail = stream.types().get(type);
                @Nullable TypeStatus status = statuses.get(type);
                if (detail != null && status != null) {
                    config.addAllGenericXdsConfigs(resources(type, status, detail));
                } else if (stream.status().aggregated()) {
                    config.addGenericXdsConfigs(GenericXdsConfig.newBuilder()
                            .setTypeUrl(type.typeUrl())
                            .setConfigStatus(ConfigStatus.NOT_SENT));
                }
            }
        }
        return config.build();
    }

    private List<GenericXdsConfig> resources(ResourceType type, TypeStatus status, TypeDetail detail) {
        Map<String, Resource> holds = byName(detail.holds());
        Map<String, Resource> wanted = byName(detail.wanted());
        Map<String, Resource> sent = byName(detail.sent());
        Map<String, Resource> refused = byName(detail.refused());
        TreeSet<String> names = Stream.of(
                        holds.keySet(), wanted.keySet(), sent.keySet(), refused.keySet(), detail.subscribed())
                .flatMap(Collection::stream)
                .collect(Collectors.toCollection(TreeSet::new));
        if (names.isEmpty()) {
            return List.of(GenericXdsConfig.newBuilder()
                    .setTypeUrl(type.typeUrl())
                    .setConfigStatus(statusOf(status))
                    .build());
        }
        return names.stream()
                .map(name -> {
                    GenericXdsConfig.Builder config = GenericXdsConfig.newBuilder()
                            .setTypeUrl(type.typeUrl())
                            .setName(name);
                    @Nullable Resource rejected = refused.get(name);
                    @Nullable Resource offered = sent.get(name);
                    @Nullable Resource held = holds.get(name);
                    if (rejected != null) {
                        describe(config, ConfigStatus.ERROR, rejected);
                        status.refusal().ifPresent(refusal -> config.setErrorState(error(refusal, rejected)));
                    } else if (offered != null && !offered.equals(held)) {
                        describe(config, ConfigStatus.STALE, offered);
                    } else if (held != null) {
                        describe(config, ConfigStatus.SYNCED, held);
                    } else {
                        describe(config, ConfigStatus.NOT_SENT, wanted.get(name));
                    }
                    return config.build();
                })
                .toList();
    }

    /** How a type stands of which there is no resource. */
    private static ConfigStatus statusOf(TypeStatus status) {
        return switch (status.state()) {
            case NOT_SENT -> ConfigStatus.NOT_SENT;
            case STALE -> ConfigStatus.STALE;
            case SYNCED -> ConfigStatus.SYNCED;
            case ERROR -> ConfigStatus.ERROR;
        };
    }

    private static Map<String, Resource> byName(List<Resource> resources) {
        Map<String, Resource> byName = new TreeMap<>();
        resources.forEach(resource -> byName.put(resource.name(), resource));
        return byName;
    }

    private void describe(GenericXdsConfig.Builder config, ConfigStatus status, @Nullable Resource resource) {
        config.setConfigStatus(status);
        if (resource != null) {
            config.setVersionInfo(resource.version());
            content(resource).ifPresent(config::setXdsConfig);
        }
    }

    private UpdateFailureState error(RefusalStatus refusal, Resource rejected) {
        UpdateFailureState.Builder error = UpdateFailureState.newBuilder()
                .setDetails(refusal.message())
                .setVersionInfo(rejected.version())
                .setLastUpdateAttempt(timestamp(refusal.time()));
        content(rejected).ifPresent(error::setFailedConfiguration);
        return error.build();
    }

    /** Without secrets; the same resource of many nodes is rendered once. */
    private Optional<Any> content(Resource resource) {
        if (contents == Contents.EXCLUDED) {
            return Optional.empty();
        }
        Any content = shown.computeIfAbsent(
                resource.version(),
                _ -> Any.newBuilder()
                        .setTypeUrl(resource.type().typeUrl())
                        .setValue(Redaction.of(resource.message()).toByteString())
                        .build());
        bytes += content.getSerializedSize();
        return Optional.of(content);
    }

    private static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    private static io.envoyproxy.envoy.config.core.v3.Node node(Node node) {
        return io.envoyproxy.envoy.config.core.v3.Node.newBuilder()
                .setId(node.id())
                .setCluster(node.cluster())
                .setUserAgentName(node.program().name())
                .setUserAgentVersion(node.program().version())
                .setLocality(Locality.newBuilder()
                        .setRegion(node.locality().region())
                        .setZone(node.locality().zone())
                        .setSubZone(node.locality().subZone()))
                .setMetadata(struct(node.metadata()))
                .build();
    }

    private static Struct struct(Map<?, ?> map) {
        Struct.Builder struct = Struct.newBuilder();
        map.forEach((key, value) -> struct.putFields(String.valueOf(key), value(value)));
        return struct.build();
    }

    private static Value value(Object value) {
        Value.Builder built = Value.newBuilder();
        return switch (value) {
            case Boolean truth -> built.setBoolValue(truth).build();
            case Double number -> built.setNumberValue(number).build();
            case Map<?, ?> map -> built.setStructValue(struct(map)).build();
            case List<?> list -> {
                ListValue.Builder items = ListValue.newBuilder();
                list.forEach(item -> items.addValues(value(item)));
                yield built.setListValue(items).build();
            }
            default -> built.setStringValue(value.toString()).build();
        };
    }
}
