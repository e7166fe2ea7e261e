package io.chancery.snapshot.compile;

import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.spec.HttpListener;
import io.chancery.manifest.spec.Route;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Routes as documents have them. */
final class TestingRoutes {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TestingRoutes() {}

    /** The route of a document in YAML; where it says nothing of what becomes of requests, a service takes them. */
    static Route of(String yaml) {
        return listener(List.of(object(yaml))).routes().getFirst();
    }

    static ObjectNode object(String yaml) {
        JsonNode json = JSON.valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).<Object>load(yaml));
        return (ObjectNode) json;
    }

    static HttpListener listener(List<ObjectNode> routes) {
        ObjectNode document = JSON.createObjectNode().put("kind", "Listener").put("name", "edge");
        ArrayNode list = document.putObject("spec").put("port", 10000).putArray("routes");
        for (ObjectNode route : routes) {
            ObjectNode copy = route.deepCopy();
            if (!copy.has("redirect") && !copy.has("response") && !copy.has("service")) {
                copy.put("service", "shop");
            }
            list.add(copy);
        }
        return switch (Documents.read(0, document)) {
            case DocumentResult.Read(Change change) ->
                (HttpListener) ((Change.Put) change).manifest().spec();
            case DocumentResult.Faulty faulty -> throw new AssertionError(faulty);
        };
    }
}
