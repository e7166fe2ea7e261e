package io.chancery.snapshot.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.snapshot.compile.EnvoyRouting.Request;
import io.envoyproxy.envoy.config.route.v3.Route;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Of random routes, random requests go to the most specific that matches, as people would say it of two routes, whatever
 * order they were written in.
 */
class RouteRankingPropertyTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> PATHS =
            List.of("/", "/a", "/a/", "/ab", "/a/b", "/a/b/", "/a/b/c", "/ab/c", "/b", "/b/a");
    private static final List<String> EXPRESSIONS = List.of("/.*", "/a.*", "/a/[a-z]+", "/[a-z]+");
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST");
    private static final List<String> NAMES = List.of("x", "y");
    private static final List<String> VALUES = List.of("1", "2");

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theMostSpecificRouteCounts(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 15; round++) {
            List<ObjectNode> written = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                written.add(route(random).put("name", "r" + i));
            }
            List<Route> table = table(written);
            Collections.shuffle(written, random);
            List<Route> shuffled = table(written);
            for (int i = 0; i < 40; i++) {
                Request request = request(random);
                Optional<Route> chosen = EnvoyRouting.choose(table, request);

                assertThat(chosen.isPresent())
                        .as("%s of %s", request, written)
                        .isEqualTo(written.stream().anyMatch(one -> matches(one, request)));
                chosen.ifPresent(one -> {
                    ObjectNode winner = named(written, one);
                    assertThat(written)
                            .as("%s goes to %s", request, winner)
                            .filteredOn(other -> matches(other, request))
                            .noneMatch(other -> isMoreSpecific(other, winner));
                    ObjectNode second = named(
                            written, EnvoyRouting.choose(shuffled, request).orElseThrow());
                    assertThat(isMoreSpecific(winner, second) || isMoreSpecific(second, winner))
                            .as("%s goes to %s or %s", request, winner, second)
                            .isFalse();
                });
            }
        }
    }

    private static List<Route> table(List<ObjectNode> written) {
        return RouteTableCompiler.compile("edge", TestingRoutes.listener(written), Surroundings.NONE)
                .getVirtualHosts(0)
                .getRoutesList();
    }

    private static ObjectNode named(List<ObjectNode> written, Route route) {
        return written.stream()
                .filter(one -> one.path("name").asString().equals(route.getName()))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Says of two routes that match the same request which one is the more specific, if either is: the one that is for an
     * exact path; or the longer prefix; or, of the same path, the one that asks for all that the other does and more.
     */
    private static boolean isMoreSpecific(ObjectNode one, ObjectNode other) {
        if (one.has("path") != other.has("path")) {
            return one.has("path");
        }
        if (one.has("regex") || other.has("regex")) {
            return one.path("regex").equals(other.path("regex")) && asksForMore(one, other);
        }
        String prefix = one.path("prefix").asString("/");
        String otherPrefix = other.path("prefix").asString("/");
        if (!one.has("path") && prefix.length() != otherPrefix.length()) {
            return prefix.length() > otherPrefix.length();
        }
        boolean text = one.path("prefixMatch").asString("").equals("text");
        boolean otherText = other.path("prefixMatch").asString("").equals("text");
        if (text != otherText) {
            return otherText && !prefix.endsWith("/") && !one.has("path");
        }
        return asksForMore(one, other);
    }

    private static boolean asksForMore(ObjectNode one, ObjectNode other) {
        Set<String> asked = conditions(one);
        Set<String> otherAsked = conditions(other);
        return asked.size() > otherAsked.size() && asked.containsAll(otherAsked);
    }

    private static Set<String> conditions(ObjectNode route) {
        Set<String> conditions = new HashSet<>();
        if (route.has("methods")) {
            conditions.add(route.get("methods").toString());
        }
        for (String field : List.of("headers", "query")) {
            route.path(field).forEach(one -> conditions.add(field + one));
        }
        return conditions;
    }

    private static boolean matches(ObjectNode route, Request request) {
        String path = request.path();
        if (route.has("path") && !route.get("path").asString().equals(path)) {
            return false;
        }
        if (route.has("regex") && !path.matches(route.get("regex").asString())) {
            return false;
        }
        String prefix = route.path("prefix").asString("/");
        boolean whole = !route.path("prefixMatch").asString("").equals("text") && !prefix.endsWith("/");
        if (!path.startsWith(prefix) || (whole && !path.equals(prefix) && path.charAt(prefix.length()) != '/')) {
            return false;
        }
        return (!route.has("methods") || route.get("methods").toString().contains('"' + request.method() + '"'))
                && allMatch(route.path("headers"), request.headers())
                && allMatch(route.path("query"), request.query());
    }

    private static boolean allMatch(JsonNode wanted, Map<String, String> given) {
        for (JsonNode one : wanted) {
            Optional<String> value =
                    Optional.ofNullable(given.get(one.get("name").asString()));
            boolean matches =
                    one.has("exact") ? value.equals(Optional.of(one.get("exact").asString())) : value.isPresent();
            if (matches == one.path("invert").asBoolean(false)) {
                return false;
            }
        }
        return true;
    }

    private static ObjectNode route(Random random) {
        ObjectNode route = JSON.createObjectNode();
        switch (random.nextInt(5)) {
            case 0 -> route.put("path", any(random, PATHS));
            case 1 -> route.put("regex", any(random, EXPRESSIONS));
            case 2 -> {}
            default -> {
                route.put("prefix", any(random, PATHS));
                if (random.nextInt(3) == 0) {
                    route.put("prefixMatch", "text");
                }
            }
        }
        if (random.nextInt(3) == 0) {
            Set<String> methods = new HashSet<>(List.of(any(random, METHODS), any(random, METHODS)));
            methods.stream().sorted().forEach(route.putArray("methods")::add);
        }
        for (String field : List.of("headers", "query")) {
            for (String name : NAMES) {
                if (random.nextInt(4) == 0) {
                    ObjectNode match = route.withArray(field).addObject().put("name", name);
                    if (random.nextBoolean()) {
                        match.put("exact", any(random, VALUES));
                    }
                    if (field.equals("headers") && random.nextInt(4) == 0) {
                        match.put("invert", true);
                    }
                }
            }
        }
        return route;
    }

    private static Request request(Random random) {
        return new Request(any(random, METHODS), any(random, PATHS), values(random), values(random));
    }

    private static Map<String, String> values(Random random) {
        Map<String, String> values = new TreeMap<>();
        NAMES.stream().filter(_ -> random.nextBoolean()).forEach(name -> values.put(name, any(random, VALUES)));
        return values;
    }

    private static String any(Random random, List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
