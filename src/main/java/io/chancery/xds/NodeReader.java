package io.chancery.xds;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Locality;
import io.chancery.model.Node;
import io.chancery.model.Program;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a client says of itself, as the rest of the system knows it. Pure functions. */
final class NodeReader {

    /** Features of clients that this server acts upon; others are not kept. */
    private static final Set<String> KNOWN_FEATURES =
            Set.of(ClientNode.TTL, ClientNode.SOTW_TTL, ClientNode.SOTW_TTL_LONG, ClientNode.ALL_CLUSTERS_LOAD);

    /** It is remembered when the node has left. */
    private static final int MAX_PROGRAM_TEXT = 100;

    private NodeReader() {}

    static ClientNode read(io.envoyproxy.envoy.config.core.v3.Node node) {
        Set<String> features = node.getClientFeaturesCount() == 0
                ? Set.of()
                : Set.copyOf(node.getClientFeaturesList().stream()
                        .filter(KNOWN_FEATURES::contains)
                        .distinct()
                        .toList());
        return new ClientNode(
                new Node(
                        node.getId(),
                        node.getCluster(),
                        locality(node.getLocality()),
                        map(node.getMetadata()),
                        program(node)),
                features);
    }

    /** One that no endpoint could have matches none; it is no reason to turn a client away. */
    static Locality locality(io.envoyproxy.envoy.config.core.v3.Locality locality) {
        try {
            return new Locality(locality.getRegion(), locality.getZone(), locality.getSubZone());
        } catch (InvalidValueException _) {
            return Locality.UNKNOWN;
        }
    }

    /** Envoy gives its version in numbers, gRPC as a text. */
    private static Program program(io.envoyproxy.envoy.config.core.v3.Node node) {
        SemanticVersion numbers = node.getUserAgentBuildVersion().getVersion();
        String version = node.hasUserAgentBuildVersion()
                ? numbers.getMajorNumber() + "." + numbers.getMinorNumber() + "." + numbers.getPatch()
                : node.getUserAgentVersion();
        return new Program(shortened(node.getUserAgentName()), shortened(version));
    }

    private static String shortened(String text) {
        int end = Math.min(text.length(), MAX_PROGRAM_TEXT);
        boolean isBetweenTwoHalves = end < text.length() && Character.isHighSurrogate(text.charAt(end - 1));
        return text.substring(0, isBetweenTwoHalves ? end - 1 : end);
    }

    private static Map<String, Object> map(Struct struct) {
        if (struct.getFieldsCount() == 0) {
            return Map.of();
        }
        Map<String, Object> fields = HashMap.newHashMap(struct.getFieldsCount());
        struct.getFieldsMap().forEach((name, value) -> {
            if (value.getKindCase() != Value.KindCase.NULL_VALUE
                    && value.getKindCase() != Value.KindCase.KIND_NOT_SET) {
                fields.put(name, object(value));
            }
        });
        return fields;
    }

    private static Object object(Value value) {
        return switch (value.getKindCase()) {
            case BOOL_VALUE -> value.getBoolValue();
            case NUMBER_VALUE -> value.getNumberValue();
            case STRING_VALUE -> value.getStringValue();
            case LIST_VALUE -> list(value.getListValue());
            case STRUCT_VALUE -> map(value.getStructValue());
            case NULL_VALUE, KIND_NOT_SET -> "";
        };
    }

    private static List<Object> list(ListValue list) {
        return list.getValuesList().stream().map(NodeReader::object).toList();
    }
}
