package io.chancery.envoys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.IpAddress;
import io.chancery.model.Locality;
import io.chancery.model.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConnectedEnvoysTest {

    private static ConnectedEnvoys envoys(String... addresses) {
        return new ConnectedEnvoys(Stream.of(addresses).map(AdminAddress::parse).toList());
    }

    private static Node node(String id) {
        return new Node(id, "", Locality.UNKNOWN, Map.of());
    }

    private static Optional<IpAddress> at(String address) {
        return Optional.of(new IpAddress(address));
    }

    private static List<String> asked(ConnectedEnvoys envoys) {
        return envoys.get().stream()
                .map(target -> target.node() + ' ' + target.address())
                .toList();
    }

    @Test
    void whoHasAnAddressOfItsOwnIsAskedWhetherItIsConnectedOrNot() {
        ConnectedEnvoys envoys = envoys("edge-1=http://10.0.0.5:9901", "edge-*=http://{address}:9901");
        assertThat(asked(envoys)).containsExactly("edge-1 http://10.0.0.5:9901");

        envoys.opened(node("edge-1"), at("10.0.0.77"));

        assertThat(asked(envoys)).containsExactly("edge-1 http://10.0.0.5:9901");
    }

    @Test
    void aNodeOfAGroupIsAskedAsLongAsItIsConnected() {
        ConnectedEnvoys envoys = envoys("edge-*=http://{address}:9901");

        envoys.opened(node("edge-2"), at("10.0.0.2"));
        envoys.opened(node("edge-2"), at("10.0.0.2"));
        envoys.opened(node("core-1"), at("10.0.0.3"));
        envoys.described(node("edge-2"));
        envoys.closed(node("edge-2"));
        envoys.closed(node("core-1"));
        assertThat(asked(envoys)).containsExactly("edge-2 http://10.0.0.2:9901");

        envoys.closed(node("edge-2"));
        assertThat(asked(envoys)).isEmpty();
    }

    @Test
    void aNodeThatComesBackFromElsewhereIsAskedThere() {
        ConnectedEnvoys envoys = envoys("edge-2=https://{address}:9901");
        envoys.opened(node("edge-2"), at("10.0.0.2"));

        envoys.opened(node("edge-2"), at("::1"));

        assertThat(asked(envoys)).containsExactly("edge-2 https://[::1]:9901");
    }

    @Test
    void whatSaysMoreExactlyWhichNodesAreMeantCounts() {
        ConnectedEnvoys envoys = envoys(
                "*=http://{address}:1",
                "edge-*=http://{address}:2",
                "edge-eu-*=http://{address}:3",
                "e=http://{address}:4");
        for (String id : List.of("e", "edge-eu-1", "edge-us-1", "core")) {
            envoys.opened(node(id), at("10.0.0.2"));
        }

        assertThat(asked(envoys))
                .containsExactly(
                        "e http://10.0.0.2:4",
                        "edge-eu-1 http://10.0.0.2:3",
                        "edge-us-1 http://10.0.0.2:2",
                        "core http://10.0.0.2:1");
    }

    @Test
    void aNodeWithinThisProcessHasNoAddress() {
        ConnectedEnvoys envoys = envoys("*=http://{address}:9901");

        envoys.opened(node("edge-2"), Optional.empty());

        assertThat(asked(envoys)).isEmpty();
    }

    @Test
    void ofVeryManyTheFirstAreAsked() {
        ConnectedEnvoys envoys = envoys("*=http://{address}:9901");
        for (int i = 0; i <= ConnectedEnvoys.MAX_NODES; i++) {
            envoys.opened(node("edge-" + i), at("10.0.0.2"));
        }

        assertThat(envoys.get())
                .hasSize(ConnectedEnvoys.MAX_NODES)
                .noneMatch(target -> target.node().equals("edge-" + ConnectedEnvoys.MAX_NODES));
    }
}
