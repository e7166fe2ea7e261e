package io.chancery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class StartTest {

    private static final Pattern READY = Pattern.compile(
            "Chancery is ready: http://127\\.0\\.0\\.1:(\\d+) \\(REST\\), 127\\.0\\.0\\.1:(\\d+) \\(xDS\\), "
                    + "store memory at revision 0\\R");

    @Test
    void oneLineTellsThePortsOnceBothServe(CapturedOutput output) throws IOException {
        try (ConfigurableApplicationContext _ = start()) {
            Matcher ready = READY.matcher(output.getOut());
            assertThat(ready.find()).isTrue();
            for (int group = 1; group <= 2; group++) {
                int port = Integer.parseInt(ready.group(group));
                assertThat(reaches(InetAddress.getLoopbackAddress(), port)).isTrue();
                for (InetAddress address : otherAddresses()) {
                    assertThat(reaches(address, port)).as("%s", address).isFalse();
                }
            }
            assertThat(ready.find()).isFalse();
        }
    }

    @Test
    void whoSaysSoByNameIsReachedFromOutside(CapturedOutput output) throws IOException {
        try (ConfigurableApplicationContext _ = start("--chancery.insecure-bind=true")) {
            Matcher ready = READY.matcher(output.getOut());
            assertThat(ready.find()).isTrue();
            for (InetAddress address : otherAddresses()) {
                assertThat(reaches(address, Integer.parseInt(ready.group(1)))).isTrue();
                assertThat(reaches(address, Integer.parseInt(ready.group(2)))).isTrue();
            }
        }
    }

    @Test
    void anAddressThatOthersCanReachStopsTheStartAndSaysWhatToDo(CapturedOutput output) {
        assertThatThrownBy(() -> start("--server.address=0.0.0.0")).hasMessageContaining("server.address=0.0.0.0");
        assertThat(output).contains("APPLICATION FAILED TO START", "chancery.insecure-bind=true");
    }

    @Test
    void aMisspeltSettingStopsTheStartAndNamesTheRightOne(CapturedOutput output) {
        assertThatThrownBy(() -> start("--chancery.rest.max-bdoy=1MB")).hasMessageContaining("chancery.rest.max-bdoy");
        assertThat(output).contains("APPLICATION FAILED TO START", "did you mean chancery.rest.max-body?");
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("--server.port=0", "--chancery.xds.port=0", "--chancery.store=memory"));
        all.addAll(List.of(arguments));
        return new SpringApplicationBuilder(ChanceryApplication.class).run(all.toArray(String[]::new));
    }

    private static List<InetAddress> otherAddresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
    }

    private static boolean reaches(InetAddress address, int port) {
        try (Socket _ = new Socket(address, port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
