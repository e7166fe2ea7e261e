package io.chancery.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/**
 * {@code docker-compose.yml} and the Dockerfile as text: no container engine takes part, so what only an engine can tell
 * (whether an image is there, whether it starts) is not told here.
 */
class ComposeTest {

    private static final Path COMPOSE = Path.of("docker-compose.yml");
    private static final Path DOCKERFILE = Path.of("src/main/docker/Dockerfile");

    /** The keys of the Compose Specification for the document. */
    private static final Set<String> TOP_LEVEL =
            Set.of("name", "services", "networks", "volumes", "configs", "secrets", "include", "models");

    /** The keys of the Compose Specification for a service that need no further platform. */
    private static final Set<String> SERVICE = Set.of(
            "build",
            "cap_add",
            "cap_drop",
            "command",
            "configs",
            "container_name",
            "depends_on",
            "deploy",
            "dns",
            "entrypoint",
            "env_file",
            "environment",
            "expose",
            "extra_hosts",
            "healthcheck",
            "hostname",
            "image",
            "init",
            "labels",
            "logging",
            "mem_limit",
            "network_mode",
            "networks",
            "pids_limit",
            "platform",
            "ports",
            "profiles",
            "pull_policy",
            "read_only",
            "restart",
            "scale",
            "secrets",
            "security_opt",
            "stop_grace_period",
            "stop_signal",
            "sysctls",
            "tmpfs",
            "ulimits",
            "user",
            "volumes",
            "working_dir");

    private static final Set<String> HEALTHCHECK =
            Set.of("test", "interval", "timeout", "retries", "start_period", "start_interval", "disable");
    private static final Pattern RESTART = Pattern.compile("no|always|unless-stopped|on-failure(:\\d+)?");
    private static final Pattern DURATION = Pattern.compile("(\\d+(us|ms|s|m|h))+");
    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+):(\\d+)");

    /** A tag with a full version in it: nothing that moves to another one by itself. */
    private static final Pattern PINNED = Pattern.compile("[a-z0-9./-]+:v?\\d+\\.\\d+\\.\\d+([._-][A-Za-z0-9._-]+)?");

    private final Map<?, ?> document;
    private final Map<?, ?> services;

    ComposeTest() throws IOException {
        document = map(new Yaml().load(Files.readString(COMPOSE)));
        services = map(document.get("services"));
    }

    @Test
    void onlyKeysOfTheComposeSpecificationAreUsed() {
        assertThat(keys(document)).isSubsetOf(TOP_LEVEL);
        for (Object service : services.values()) {
            assertThat(keys(map(service))).isSubsetOf(SERVICE);
        }
        assertThat(keys(map(service("chancery").get("healthcheck")))).isSubsetOf(HEALTHCHECK);
        assertThat(keys(map(service("chancery").get("build")))).containsExactlyInAnyOrder("context", "dockerfile");
        assertThat(keys(map(service("upstream").get("deploy")))).containsExactly("replicas");
    }

    @Test
    void theThreePartsAreThereWithFiveUpstreams() {
        assertThat(keys(services)).containsExactlyInAnyOrder("envoy", "chancery", "upstream");
        assertThat(map(service("upstream").get("deploy")).get("replicas")).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"envoy", "chancery", "upstream"})
    void everyServiceIsWellFormed(String name) {
        Map<?, ?> service = service(name);

        assertThat(String.valueOf(service.get("image"))).matches(PINNED);
        assertThat(String.valueOf(service.get("restart"))).matches(RESTART);
        assertThat(texts(service.get("command"))).isNotEmpty();
        assertThat(dependencies(service)).isSubsetOf(keys(services));
        if (service.get("network_mode") instanceof String mode) {
            assertThat(mode).matches("service:(" + String.join("|", keys(services)) + ")");
            assertThat(service.containsKey("ports"))
                    .as("the owner of the network publishes its ports")
                    .isFalse();
            assertThat(service.containsKey("networks")).isFalse();
        }
        if (service.get("stop_grace_period") instanceof String grace) {
            assertThat(grace).matches(DURATION);
        }
    }

    @Test
    void noImageMovesByItself() throws IOException {
        assertThat(Files.readString(COMPOSE)).doesNotContain("latest");
        assertThat(Files.readString(DOCKERFILE)).doesNotContain("latest");
        assertThat(service("envoy").get("image")).isEqualTo("envoyproxy/envoy:v" + EnvoyBinary.VERSION);
        assertThat(service("upstream").get("image"))
                .isEqualTo(service("chancery").get("image"));
    }

    @Test
    void onlyThisMachineReachesThePublishedPorts() throws IOException {
        List<String> published = texts(service("envoy").get("ports"));

        assertThat(published)
                .containsExactlyInAnyOrder("127.0.0.1:10000:10000", "127.0.0.1:5000:5000", "127.0.0.1:18000:18000")
                .allMatch(port -> PORT.matcher(port).matches());
        String bootstrap = Files.readString(Path.of("envoy.yaml"));
        assertThat(bootstrap).contains("port_value: 10000", "port_value: 18000");
        assertThat(Files.readString(Path.of("src/main/resources/application.properties")))
                .contains("server.port=5000");
    }

    @Test
    void envoyRunsTheProjectsFileAndFindsChanceryAtTheAddressInIt() throws IOException {
        assertThat(texts(service("envoy").get("volumes"))).containsExactly("./envoy.yaml:/etc/envoy/envoy.yaml:ro");
        assertThat(texts(service("envoy").get("command"))).endsWith("/etc/envoy/envoy.yaml");
        assertThat(service("chancery").get("network_mode")).isEqualTo("service:envoy");
        assertThat(Files.readString(Path.of("envoy.yaml"))).contains("address: 127.0.0.1");
    }

    @Test
    void chanceryOpensItsPortsByNameAndKeepsItsStoreOnAVolume() {
        assertThat(texts(service("chancery").get("command"))).containsExactly("--chancery.insecure-bind=true");
        assertThat(texts(service("chancery").get("volumes"))).containsExactly("registrations:/data");
        assertThat(keys(map(document.get("volumes")))).containsExactly("registrations");
        assertThat(map(service("chancery").get("build")).get("dockerfile")).isEqualTo(DOCKERFILE.toString());
        assertThat(String.valueOf(map(service("chancery").get("healthcheck")).get("test")))
                .contains("/actuator/health/readiness");
    }

    @Test
    void theUpstreamsAreTheSampleProgramAndRegisterWithChancery() throws IOException {
        Map<?, ?> upstream = service("upstream");

        assertThat(texts(upstream.get("entrypoint")).getLast()).isEqualTo(SampleUpstreamProgram.class.getName());
        assertThat(texts(upstream.get("command"))).containsExactly("http://chancery:5000", "8080");
        Map<?, ?> network = map(map(service("envoy").get("networks")).get("default"));
        assertThat(texts(network.get("aliases"))).containsExactly("chancery");
        assertThat(texts(upstream.get("entrypoint")).get(2)).isEqualTo("/app/chancery.jar");
        assertThat(Files.readString(DOCKERFILE)).contains("/app/chancery.jar");
    }

    @Test
    void theDockerfileBuildsInOneStageAndRunsInAnother() throws IOException {
        List<List<String>> instructions = instructions();
        Set<String> stages = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (List<String> words : instructions) {
            names.add(words.getFirst());
            if (words.getFirst().equals("FROM")) {
                assertThat(words).hasSize(4);
                assertThat(words.get(1)).matches("[a-z0-9./-]+:\\d+\\.\\d+\\.\\d+[._-][A-Za-z0-9._-]+");
                stages.add(words.getLast());
            }
            if (words.size() > 1 && words.get(1).startsWith("--from=")) {
                assertThat(stages).contains(words.get(1).substring("--from=".length()));
            }
        }
        assertThat(stages).containsExactlyInAnyOrder("build", "run");
        assertThat(names)
                .isSubsetOf("FROM", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "ENTRYPOINT")
                .containsOnlyOnce("USER", "ENTRYPOINT", "EXPOSE");
        assertThat(names.indexOf("USER")).isLessThan(names.indexOf("ENTRYPOINT"));
        assertThat(Files.readString(DOCKERFILE)).contains("EXPOSE 5000 18000").contains("\"--chancery.data=/data\"");
    }

    @Test
    void whatTheDockerfileCopiesIsThere() throws IOException {
        for (List<String> words : instructions()) {
            if (words.getFirst().equals("COPY") && !words.get(1).startsWith("--from=")) {
                assertThat(Path.of(words.get(1))).exists();
            }
        }
    }

    private static List<List<String>> instructions() throws IOException {
        return Files.readAllLines(DOCKERFILE).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> Arrays.asList(line.split(" ", -1)))
                .toList();
    }

    private Map<?, ?> service(String name) {
        return map(services.get(name));
    }

    private static Set<String> dependencies(Map<?, ?> service) {
        return switch (service.get("depends_on")) {
            case null -> Set.of();
            case Map<?, ?> conditions -> keys(conditions);
            case Object list -> new HashSet<>(texts(list));
        };
    }

    private static Map<?, ?> map(@Nullable Object node) {
        assertThat(node).isInstanceOf(Map.class);
        return node instanceof Map<?, ?> map ? map : Map.of();
    }

    private static Set<String> keys(Map<?, ?> map) {
        Set<String> keys = new HashSet<>();
        map.keySet().forEach(key -> keys.add(String.valueOf(key)));
        return keys;
    }

    private static List<String> texts(@Nullable Object list) {
        assertThat(list).isInstanceOf(List.class);
        return list instanceof List<?> values
                ? values.stream().map(String::valueOf).toList()
                : List.of();
    }
}
