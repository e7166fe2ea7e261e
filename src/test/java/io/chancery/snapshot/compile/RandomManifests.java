package io.chancery.snapshot.compile;

import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.spec.Alpn;
import io.chancery.manifest.spec.BindAddress;
import io.chancery.manifest.spec.Field;
import io.chancery.manifest.spec.HostName;
import io.chancery.manifest.spec.HttpListener;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ProtocolFilter;
import io.chancery.manifest.spec.RedisMaster;
import io.chancery.manifest.spec.RuntimeLayer;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.manifest.spec.Sidecar;
import io.chancery.manifest.spec.TcpListener;
import io.chancery.manifest.spec.TlsVersion;
import io.chancery.model.HostPort;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Manifests with any fields in any combination, and values that somebody may try. What is refused of one is thrown again,
 * until the rest is taken.
 */
final class RandomManifests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<Class<? extends Record>> SPECS = List.of(
            ServiceSpec.class,
            HttpListener.class,
            TcpListener.class,
            Sidecar.class,
            RuntimeLayer.class,
            RedisMaster.class);
    private static final int ATTEMPTS = 60;
    private static final int BEGINNINGS = 200;

    private static final List<String> TEXTS = List.of(
            "shop",
            "x-team",
            "/a",
            "/a/b/",
            "/",
            "/a.b+(c)",
            "/%20",
            "*",
            "*.example.com",
            "example.com",
            "GET",
            "M-SEARCH",
            "[a-z]+",
            "(a|b)*",
            "a{3}",
            "\\d+",
            "5xx",
            "connect-failure",
            "%RESPONSE_CODE%",
            "%REQ(x-id)%",
            "%%",
            "100%",
            "a b",
            "ä€😀",
            "\"quoted\"",
            "{\"a\": 1}",
            "\\",
            "$1",
            "\\1",
            "a,b;c=d",
            ":authority",
            "494e464f",
            "AES128-SHA",
            "a".repeat(300),
            "/" + "ab".repeat(500));

    private static final List<String> DURATIONS = List.of("1ms", "2ms", "50ms", "1s", "90s", "1h", "365d", "0s");
    private static final List<Integer> NUMBERS = List.of(0, 1, 2, 5, 50, 100, 200, 301, 404, 8_080, 65_535, 1_000_000);

    /** Where a field's values are names of something that must be there, or there are few right ones. */
    private static final Map<String, List<String>> BY_FIELD = Map.ofEntries(
            Map.entry("certificates", List.of("golden-certificate", "golden-other-certificate")),
            Map.entry("clientCertificate", List.of("golden-certificate")),
            Map.entry("ca", List.of("golden-ca")),
            Map.entry("sessionTicketKeys", List.of("golden-tickets")),
            Map.entry("service", List.of("shop", "other", "third")),
            Map.entry("file", List.of("/dev/null")),
            Map.entry("ciphers", List.of("ECDHE-RSA-AES128-GCM-SHA256", "AES128-SHA")),
            Map.entry("runtimeKey", List.of("a.b", "ä")),
            Map.entry("announce", List.of("redis-1", "10.0.0.9", "redis-2.internal:6380", "[2001:db8::9]:6379")),
            Map.entry("masterName", List.of("mymaster", "a b")),
            Map.entry("password", List.of("golden-password")),
            Map.entry("sentinelPassword", List.of("golden-password")),
            Map.entry("masterService", List.of("primary", "random-master", "a b")),
            Map.entry("replicasService", List.of("secondary", "random-replicas")));

    private static final Map<Class<?>, List<String>> BY_TYPE = new HashMap<>(Map.of(
            Duration.class, DURATIONS,
            HostPort.class, List.of("10.0.0.1:80", "[2001:db8::1]:80"),
            HostName.class, List.of("a.internal:80", "b:1", "10.0.0.1:80"),
            BindAddress.class, List.of("0.0.0.0", "::", "127.0.0.1", "::1"),
            TlsVersion.class, List.of("1.2", "1.3"),
            Alpn.class, List.of("h2", "http/1.1", "h2,http/1.1", "none"),
            // The others are not in every build.
            ProtocolFilter.class, List.of("redis", "mongodb"),
            String.class, TEXTS));

    private final Random random;

    RandomManifests(long seed) {
        this.random = new Random(seed);
    }

    Manifest next() {
        Class<? extends Record> type = SPECS.get(random.nextInt(SPECS.size()));
        for (int i = 0; i < BEGINNINGS; i++) {
            Optional<Manifest> found = attempt(type);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new AssertionError("no way was found to a " + type);
    }

    private Optional<Manifest> attempt(Class<? extends Record> type) {
        ObjectNode document =
                JSON.createObjectNode().put("kind", kind(type).spelling()).put("name", "random");
        ObjectNode spec = object(type);
        document.set("spec", spec);
        if (type == TcpListener.class || type == HttpListener.class) {
            spec.put("protocol", type == TcpListener.class ? "tcp" : "http");
        }
        for (int i = 0; i < ATTEMPTS; i++) {
            switch (Documents.read(0, document)) {
                case DocumentResult.Read(Change change) -> {
                    return Optional.of(((Change.Put) change).manifest());
                }
                case DocumentResult.Faulty faulty ->
                    faulty.faults().forEach(fault -> again(document, type, fault.path()));
            }
        }
        return Optional.empty();
    }

    private static ManifestKind kind(Class<?> type) {
        if (type == ServiceSpec.class) {
            return ManifestKind.SERVICE;
        }
        if (type == Sidecar.class) {
            return ManifestKind.SIDECAR;
        }
        if (type == RedisMaster.class) {
            return ManifestKind.REDIS_MASTER;
        }
        return type == RuntimeLayer.class ? ManifestKind.RUNTIME_LAYER : ManifestKind.LISTENER;
    }

    /** Throws again what a path leads to, or leaves it out; sometimes all that is around it. */
    private void again(ObjectNode document, Class<?> spec, String path) {
        String[] steps = path.replaceAll("\\[\\d+]", "").split("\\.", -1);
        String[] exact = path.split("\\.", -1);
        Type type = spec;
        JsonNode at = document.get("spec");
        @Nullable ObjectNode parent = null;
        @Nullable RecordComponent last = null;
        for (int i = 1; i < steps.length; i++) {
            Class<?> holder = plain(type);
            Optional<RecordComponent> component = component(holder, steps[i]);
            if (component.isEmpty() || !(at instanceof ObjectNode object)) {
                break;
            }
            parent = object;
            last = component.get();
            type = last.getGenericType();
            at = object.path(steps[i]);
            if (exact[i].contains("[") && at.isArray()) {
                at = at.path(Integer.parseInt(exact[i].replaceAll(".*\\[(\\d+)]", "$1")));
            }
            if (random.nextInt(20) == 0) {
                break;
            }
        }
        if (parent != null && last != null) {
            if (random.nextBoolean() && !isRequired(last)) {
                parent.remove(last.getName());
            } else {
                parent.set(last.getName(), value(last.getName(), last.getGenericType()));
            }
        }
    }

    private static Optional<RecordComponent> component(Class<?> type, String name) {
        return type.isRecord()
                ? List.of(type.getRecordComponents()).stream()
                        .filter(component -> component.getName().equals(name))
                        .findFirst()
                : Optional.empty();
    }

    private static Class<?> plain(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic ->
                plain(generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1]);
            default -> throw new AssertionError(type);
        };
    }

    private ObjectNode object(Class<?> type) {
        ObjectNode object = JSON.createObjectNode();
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getName().equals("protocol") && (type == TcpListener.class || type == HttpListener.class)) {
                continue;
            }
            if (isRequired(component) || random.nextInt(4) == 0) {
                object.set(component.getName(), value(component.getName(), component.getGenericType()));
            }
        }
        return object;
    }

    private static boolean isRequired(RecordComponent component) {
        Class<?> type = component.getType();
        return type != Optional.class
                && type != List.class
                && type != SortedMap.class
                && type != boolean.class
                && component.getAnnotation(Field.class).otherwise().isEmpty();
    }

    private JsonNode value(String field, Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                ArrayNode list = JSON.createArrayNode();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    list.add(value(field, arguments[0]));
                }
                return list;
            }
            if (generic.getRawType() == SortedMap.class) {
                ObjectNode map = JSON.createObjectNode();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    map.set(any(TEXTS), value(field, arguments[1]));
                }
                return map;
            }
            return value(field, arguments[0]);
        }
        return scalar(field, (Class<?>) type);
    }

    private JsonNode scalar(String field, Class<?> type) {
        if (type == int.class || type == Integer.class) {
            return JSON.getNodeFactory().numberNode(NUMBERS.get(random.nextInt(NUMBERS.size())));
        }
        if (type == boolean.class) {
            return JSON.getNodeFactory().booleanNode(random.nextBoolean());
        }
        if (type == Object.class) {
            return random.nextBoolean()
                    ? JSON.getNodeFactory().numberNode(random.nextDouble())
                    : JSON.getNodeFactory().stringNode(any(TEXTS));
        }
        List<String> texts = type == String.class && BY_FIELD.containsKey(field)
                ? BY_FIELD.get(field)
                : BY_TYPE.getOrDefault(type, List.of());
        if (!texts.isEmpty()) {
            return JSON.getNodeFactory().stringNode(any(texts));
        }
        if (type.isEnum()) {
            Object[] constants = type.getEnumConstants();
            String name = ((Enum<?>) constants[random.nextInt(constants.length)]).name();
            return JSON.getNodeFactory()
                    .stringNode(name.toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        return object(type);
    }

    private String any(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    static List<Manifest> of(long seed, int count) {
        RandomManifests random = new RandomManifests(seed);
        List<Manifest> manifests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            manifests.add(random.next());
        }
        return manifests;
    }
}
