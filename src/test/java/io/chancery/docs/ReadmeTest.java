package io.chancery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.demo.EnvoyBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.ApplicationModule;

/** What README.md and its neighbours name is there, and is what they say. */
class ReadmeTest {

    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)(#[^)]*)?\\)");
    private static final Pattern DECISION = Pattern.compile("(\\d{4})-[a-z0-9-]+\\.md");
    private static final Pattern MODULE = Pattern.compile("(?m)^\\| `(\\w+)` \\|[^|]+\\| ([^|]+) \\|$");

    @Test
    void theTestCommandIsWhatDecidesWhetherAChangeMayLand() throws IOException {
        List<String> commands = commands(text("README.md"));

        assertThat(commands).contains("mvn -B verify");
        assertThat(text(".ci/run").lines().toList()).contains("exec mvn -B verify -Dparts=required");
        assertThat(Path.of(".ci/run")).isExecutable();
    }

    @Test
    void theDemosCommandsNameAProfileOfTheBuildAndThoseOfTheApplication() throws IOException {
        assertThat(commands(text("README.md")))
                .contains("mvn spring-boot:run -Pdemo", "mvn spring-boot:run", "mvn spring-boot:run -Predis-demo");
        assertThat(text("pom.xml"))
                .contains("<id>demo</id>", "<spring-boot.run.profiles>demo</spring-boot.run.profiles>")
                .contains(
                        "<id>redis-demo</id>", "<spring-boot.run.profiles>demo,redis-demo</spring-boot.run.profiles>");
        assertThat(text("src/main/resources/application-demo.properties")).contains("chancery.data=target/demo");
    }

    @Test
    void portsAndVersionsAreThoseInForce() throws IOException {
        assertThat(text("README.md"))
                .contains("| 5000 |", "| 18000 |", "| 10000 |", "| 9901 |", "Envoy " + EnvoyBinary.VERSION);
        assertThat(text("src/main/resources/application.properties")).contains("server.port=5000", ":18000}");
        assertThat(text("envoy.yaml")).contains("port_value: 10000", "port_value: 9901", "port_value: 18000");
        assertThat(text("pom.xml")).contains("<java.version>25</java.version>", "<version>[25,26)</version>");
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        for (Path document : documents()) {
            for (MatchResult link :
                    LINK.matcher(Files.readString(document)).results().toList()) {
                Path target = document.resolveSibling(link.group(1)).normalize();
                assertThat(target).as("linked in " + document).exists();
            }
        }
    }

    @Test
    void everyDecisionHasItsFourPartsAndItsNumberOnce() throws IOException {
        Set<String> numbers = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("docs/decisions"))) {
            for (Path decision : files.toList()) {
                var name = DECISION.matcher(decision.getFileName().toString());
                assertThat(name.matches()).as(decision.toString()).isTrue();
                assertThat(numbers.add(name.group(1))).as(decision.toString()).isTrue();
                assertThat(Files.readString(decision).lines())
                        .as(decision.toString())
                        .anyMatch(line -> line.startsWith("# " + Integer.parseInt(name.group(1)) + ". "))
                        .containsSubsequence("## Context", "## Decision", "## Alternatives", "## Consequences");
            }
        }
        assertThat(numbers).startsWith("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008");
    }

    @Test
    void theModulesOfTheArchitectureAreTheModulesOfTheCode() throws IOException, ClassNotFoundException {
        Map<String, Set<String>> documented = new TreeMap<>();
        MODULE.matcher(text("docs/architecture.md"))
                .results()
                .forEach(row -> documented.put(row.group(1), names(row.group(2))));

        assertThat(documented).isEqualTo(declared());
    }

    @Test
    void theChangelogBeginsWithWhatIsNotReleased() throws IOException {
        assertThat(text("CHANGELOG.md")).contains("keepachangelog.com", "## [Unreleased]");
    }

    private static Map<String, Set<String>> declared() throws IOException, ClassNotFoundException {
        Map<String, Set<String>> modules = new TreeMap<>();
        try (Stream<Path> packages = Files.list(Path.of("src/main/java/io/chancery"))) {
            for (Path directory : packages.filter(Files::isDirectory).toList()) {
                String name = directory.getFileName().toString();
                ApplicationModule module =
                        Class.forName("io.chancery." + name + ".package-info").getAnnotation(ApplicationModule.class);
                assertThat(module).as(name + " declares whom it may use").isNotNull();
                Set<String> used = new TreeSet<>();
                for (String dependency : module.allowedDependencies()) {
                    // A named part of a module is written with the module before it.
                    used.add(dependency.replaceFirst(" ::.*", ""));
                }
                modules.put(name, used);
            }
        }
        return modules;
    }

    private static Set<String> names(String cell) {
        Set<String> names = new TreeSet<>();
        Pattern.compile("\\w+").matcher(cell).results().forEach(word -> names.add(word.group()));
        return names;
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CHANGELOG.md")));
        try (Stream<Path> files = Files.walk(Path.of("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
        }
        return documents;
    }

    private static List<String> commands(String document) {
        return Tour.fences(document, "bash").stream().flatMap(String::lines).toList();
    }

    private static String text(String file) throws IOException {
        return Files.readString(Path.of(file));
    }
}
