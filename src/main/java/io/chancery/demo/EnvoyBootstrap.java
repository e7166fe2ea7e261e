package io.chancery.demo;

import io.chancery.model.InvalidValueException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * An Envoy's bootstrap file of the shape of {@code envoy.yaml}, with what differs from one machine to another replaced:
 * the ports, the protocol's variant. Immutable.
 */
public final class EnvoyBootstrap {

    private static final List<Step> ADDRESS_PORT =
            List.of(new Key("address"), new Key("socket_address"), new Key("port_value"));

    private final Map<?, ?> document;

    private EnvoyBootstrap(Map<?, ?> document) {
        this.document = document;
    }

    /**
     * Reads a bootstrap.
     *
     * @throws InvalidValueException if the text is not a YAML mapping
     */
    public static EnvoyBootstrap parse(String yaml) {
        Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        if (document instanceof Map<?, ?> mapping) {
            return new EnvoyBootstrap(mapping);
        }
        throw new InvalidValueException("bootstrap", "must be a YAML mapping with node, admin and static_resources");
    }

    /** Reads a bootstrap from a file. */
    public static EnvoyBootstrap read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    /** Returns one that asks Chancery at this port. */
    public EnvoyBootstrap withXdsPort(int port) {
        List<Step> endpoint = List.of(
                new Key("static_resources"),
                new Key("clusters"),
                new Named("chancery"),
                new Key("load_assignment"),
                new Key("endpoints"),
                new First(),
                new Key("lb_endpoints"),
                new First(),
                new Key("endpoint"));
        return with(joined(endpoint, ADDRESS_PORT), port);
    }

    /** Returns one whose listener {@code ingress} takes this port; 0 takes a free one. */
    public EnvoyBootstrap withListenerPort(int port) {
        List<Step> listener = List.of(new Key("static_resources"), new Key("listeners"), new Named("ingress"));
        return with(joined(listener, ADDRESS_PORT), port);
    }

    /** Returns one whose admin pages take this port; 0 takes a free one. */
    public EnvoyBootstrap withAdminPort(int port) {
        return with(joined(List.of(new Key("admin")), ADDRESS_PORT), port);
    }

    /** Returns one with this node id. */
    public EnvoyBootstrap withNodeId(String id) {
        return with(List.of(new Key("node"), new Key("id")), id);
    }

    /** Returns one that speaks this variant over ADS: {@code GRPC} or {@code DELTA_GRPC}. */
    public EnvoyBootstrap withApiType(String apiType) {
        return with(List.of(new Key("dynamic_resources"), new Key("ads_config"), new Key("api_type")), apiType);
    }

    /** Writes it where an Envoy can read it. */
    public void write(Path file) throws IOException {
        Files.writeString(file, toString());
    }

    /** Returns it as YAML, without the comments. */
    @Override
    public String toString() {
        return new Yaml().dump(document);
    }

    private EnvoyBootstrap with(List<Step> path, Object value) {
        if (replaced(document, path, value) instanceof Map<?, ?> mapping) {
            return new EnvoyBootstrap(mapping);
        }
        throw new IllegalStateException("a mapping stays one when something inside it is replaced");
    }

    private static Object replaced(@Nullable Object node, List<Step> path, Object value) {
        if (path.isEmpty()) {
            return value;
        }
        Step step = path.getFirst();
        List<Step> rest = path.subList(1, path.size());
        return switch (step) {
            case Key(String name) -> {
                if (!(node instanceof Map<?, ?> mapping) || !mapping.containsKey(name)) {
                    throw absent(name);
                }
                Map<Object, @Nullable Object> copy = new LinkedHashMap<>(mapping);
                copy.put(name, replaced(mapping.get(name), rest, value));
                yield copy;
            }
            case First _ -> replacedAt(list(node), 0, rest, value);
            case Named(String name) -> replacedAt(list(node), indexOf(list(node), name), rest, value);
        };
    }

    private static List<?> list(@Nullable Object node) {
        if (node instanceof List<?> list && !list.isEmpty()) {
            return list;
        }
        throw new InvalidValueException("bootstrap", "has no list where one was expected");
    }

    private static int indexOf(List<?> list, String name) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof Map<?, ?> mapping && name.equals(mapping.get("name"))) {
                return i;
            }
        }
        throw absent(name);
    }

    private static List<@Nullable Object> replacedAt(List<?> list, int index, List<Step> rest, Object value) {
        List<@Nullable Object> copy = new ArrayList<>(list);
        copy.set(index, replaced(list.get(index), rest, value));
        return copy;
    }

    private static InvalidValueException absent(String name) {
        return new InvalidValueException("bootstrap", "has no \"" + name + "\" where envoy.yaml has it");
    }

    private static List<Step> joined(List<Step> front, List<Step> back) {
        List<Step> path = new ArrayList<>(front);
        path.addAll(back);
        return path;
    }

    /** One step from a YAML node to one inside it. */
    private sealed interface Step {}

    private record Key(String name) implements Step {}

    private record First() implements Step {}

    /** The element of a list whose {@code name} is this. */
    private record Named(String name) implements Step {}
}
