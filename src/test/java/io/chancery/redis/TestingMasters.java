package io.chancery.redis;

import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.spec.HostName;
import io.chancery.manifest.spec.RedisMaster;
import io.chancery.model.IpAddress;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Manifests of Redis masters, and what their nodes say. */
final class TestingMasters {

    static final HostName A = HostName.parse("10.0.0.1:6379");
    static final HostName B = HostName.parse("10.0.0.2:6379");
    static final HostName C = HostName.parse("10.0.0.3:6379");

    private static final JsonMapper JSON = new JsonMapper();

    private TestingMasters() {}

    /** Declares a master, {@code orders}, with the nodes A, B and C, and something more in its spec. */
    static Change declared(String more) {
        ObjectNode document = JSON.createObjectNode().put("kind", "RedisMaster").put("name", "orders");
        document.set("spec", JSON.readTree("{\"nodes\": [\"" + A + "\", \"" + B + "\", \"" + C + "\"]" + more + "}"));
        return switch (Documents.read(0, document)) {
            case DocumentResult.Read(Change change) -> change;
            case DocumentResult.Faulty faulty -> throw new AssertionError(faulty);
        };
    }

    /** The same as it is watched. */
    static Watched watched(String more) {
        return new Watched(
                "orders",
                (RedisMaster) ((Change.Put) declared(more)).manifest().spec(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static RoleReading master(HostName node) {
        return RoleReading.master(2, new IpAddress(node.host()));
    }

    static RoleReading replica(HostName node) {
        return RoleReading.replica(new IpAddress(node.host()));
    }

    static RoleReading silent() {
        return RoleReading.unreachable("does not answer");
    }
}
