package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.documentation.MarkdownTable;
import io.chancery.documentation.RunningServer;
import io.chancery.manifest.SpecDescription;
import io.chancery.manifest.spec.ManifestKind;
import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is served, what {@code /v3/api-docs} says and what {@code docs/api.md} says are the same. */
@RunningServer
class ApiDocumentTest {

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mappings;

    @Test
    void theDocumentListsWhatTheOpenApiDocumentDoes() throws Exception {
        assertThat(documented()).isEqualTo(openApi());
    }

    @Test
    void theOpenApiDocumentListsWhatIsServed() throws Exception {
        TreeSet<String> served = new TreeSet<>();
        mappings.getHandlerMethods().forEach((mapping, method) -> {
            if (method.getBeanType().getPackageName().startsWith("io.chancery")
                    && !method.hasMethodAnnotation(Hidden.class)
                    && !method.getBeanType().isAnnotationPresent(Hidden.class)) {
                mapping.getPatternValues()
                        .forEach(path -> mapping.getMethodsCondition()
                                .getMethods()
                                .forEach(verb -> served.add(verb + " " + path)));
            }
        });

        for (String path : List.of(EdsServiceServlet.REGISTER, EdsServiceServlet.DEREGISTER)) {
            served.add("GET " + EdsServiceServlet.PATH + path);
            served.add("POST " + EdsServiceServlet.PATH + path);
        }

        assertThat(openApi().keySet()).isEqualTo(served);
    }

    @Test
    void everyOperationSaysHowItMayEnd() {
        mappings.getHandlerMethods().forEach((mapping, method) -> {
            if (method.getBeanType().getPackageName().equals("io.chancery.rest")
                    && !method.hasMethodAnnotation(Hidden.class)
                    && !method.getBeanType().isAnnotationPresent(Hidden.class)) {
                assertThat(method.hasMethodAnnotation(Answers.class))
                        .as("%s", method)
                        .isTrue();
            }
        });
    }

    @Test
    void everyChangeCanBeWaitedForAndSaysSo() throws Exception {
        document()
                .get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    String text = operation.getValue().toString();
                    boolean changes =
                            !operation.getKey().equals("get") || path.getKey().startsWith("/edsservice");
                    assertThat(text.contains("\"name\":\"wait\"") && text.contains("\"name\":\"timeout\""))
                            .as("%s %s", operation.getKey(), path.getKey())
                            .isEqualTo(changes);
                    assertThat(text.contains("#/components/schemas/Receipt"))
                            .as("%s %s", operation.getKey(), path.getKey())
                            .isEqualTo(changes && path.getKey().startsWith("/v1"));
                }));
    }

    @Test
    void theOpenApiDocumentSaysWhatItIsOf() throws Exception {
        JsonNode info = document().get("info");

        assertThat(info.get("title").asString()).isEqualTo("Chancery");
        assertThat(info.get("description").asString()).isNotEmpty();
        assertThat(info.get("version").asString()).isNotEqualTo("development");
    }

    @Test
    void theOpenApiDocumentDescribesEverySpecAndEveryObjectInOne() throws Exception {
        JsonNode schemas = document().get("components").get("schemas");

        for (SpecDescription one : SpecDescription.all()) {
            assertThat(schemas.path(one.name()).path("properties").propertyNames())
                    .as(one.name())
                    .containsExactlyInAnyOrderElementsOf(one.fields().stream()
                            .map(SpecDescription.FieldDescription::name)
                            .toList());
        }
        String specs = schemas.path(SpecSchemas.SPEC).toString();
        for (ManifestKind kind : ManifestKind.values()) {
            for (String spec : SpecDescription.specs(kind)) {
                assertThat(specs).contains("\"#/components/schemas/" + spec + '"');
            }
        }
        assertThat(schemas.path("ManifestDocument").toString())
                .contains("\"#/components/schemas/" + SpecSchemas.SPEC + '"');
    }

    private Map<String, Set<String>> openApi() throws Exception {
        Map<String, Set<String>> operations = new TreeMap<>();
        document()
                .get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> operations.put(
                                operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                operation.getValue().get("responses").properties().stream()
                                        .map(Map.Entry::getKey)
                                        .collect(Collectors.toCollection(TreeSet::new)))));
        return operations;
    }

    private static Map<String, Set<String>> documented() throws IOException {
        Map<String, Set<String>> operations = new TreeMap<>();
        MarkdownTable.rows("api.md", "method").forEach(row -> {
            for (String method : row.get(0).split(", ", -1)) {
                operations.put(
                        method + " " + row.get(1),
                        new TreeSet<>(Arrays.asList(row.get(2).split(", ", -1))));
            }
        });
        return operations;
    }

    private JsonNode document() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v3/api-docs"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return new JsonMapper().readTree(answer.body());
        }
    }
}
