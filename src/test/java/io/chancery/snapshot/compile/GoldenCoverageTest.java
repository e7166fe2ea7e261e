package io.chancery.snapshot.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.Field;
import io.chancery.manifest.spec.HttpListener;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.RedisMaster;
import io.chancery.manifest.spec.RuntimeLayer;
import io.chancery.manifest.spec.SecretSpec;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.manifest.spec.Sidecar;
import io.chancery.manifest.spec.TcpListener;
import io.chancery.manifest.spec.TlsVersion;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** That the golden files have every kind, every field of every record, and every value of every enum. */
class GoldenCoverageTest {

    private static final List<Class<?>> SPECS = List.of(
            ServiceSpec.class,
            HttpListener.class,
            TcpListener.class,
            Sidecar.class,
            SecretSpec.class,
            RuntimeLayer.class,
            RedisMaster.class,
            ShuffleShard.class);

    private final SortedSet<String> wanted = new TreeSet<>();
    private final SortedSet<String> seen = new TreeSet<>();

    @Test
    void everyKindIsInSomeFile() {
        assertThat(GoldenCase.all().stream()
                        .flatMap(golden -> golden.manifests().stream())
                        .map(manifest -> manifest.key().kind())
                        .distinct())
                .containsExactlyInAnyOrder(ManifestKind.values());
    }

    @Test
    void everyFieldAndEveryValueOfAnEnumIsInSomeFile() {
        SPECS.forEach(this::want);
        for (GoldenCase golden : GoldenCase.all()) {
            for (JsonNode document : golden.documents()) {
                spec(document).ifPresent(type -> see(type, document.path("spec")));
            }
        }
        wanted.removeAll(seen);
        assertThat(wanted).isEmpty();
    }

    private static Optional<Class<?>> spec(JsonNode document) {
        return switch (ManifestKind.ofSpelling(document.path("kind").asString()).orElseThrow()) {
            case RESOURCE -> Optional.empty();
            case SERVICE -> Optional.of(ServiceSpec.class);
            case LISTENER ->
                Optional.of(
                        document.path("spec").path("protocol").asString("http").equals("tcp")
                                ? TcpListener.class
                                : HttpListener.class);
            case SIDECAR -> Optional.of(Sidecar.class);
            case SECRET -> Optional.of(SecretSpec.class);
            case RUNTIME_LAYER -> Optional.of(RuntimeLayer.class);
            case REDIS_MASTER -> Optional.of(RedisMaster.class);
            case SHUFFLE_SHARD -> Optional.of(ShuffleShard.class);
        };
    }

    private void want(Class<?> type) {
        if (type.isRecord()) {
            for (RecordComponent component : type.getRecordComponents()) {
                if (wanted.add(field(type, component))) {
                    want(element(component.getGenericType()));
                }
            }
        } else if (type.isEnum()) {
            for (Object constant : type.getEnumConstants()) {
                wanted.add(value(type, spelling(constant)));
            }
        }
    }

    private void see(Class<?> type, JsonNode json) {
        if (json.isArray()) {
            json.forEach(element -> see(type, element));
        } else if (type.isEnum()) {
            seen.add(value(type, json.asString()));
        } else if (type.isRecord()) {
            for (RecordComponent component : type.getRecordComponents()) {
                if (json.has(component.getName())) {
                    seen.add(field(type, component));
                    see(element(component.getGenericType()), json.get(component.getName()));
                }
            }
        }
    }

    /** What is in an optional, a list or a map; a record that is written as one word counts for nothing within. */
    private static Class<?> element(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == SortedMap.class ? Object.class : element(arguments[arguments.length - 1]);
        }
        Class<?> plain = (Class<?>) type;
        boolean object = plain.isRecord() && plain.getRecordComponents()[0].isAnnotationPresent(Field.class);
        return object || plain.isEnum() ? plain : Object.class;
    }

    private static String field(Class<?> type, RecordComponent component) {
        return type.getSimpleName() + '.' + component.getName();
    }

    private static String value(Class<?> type, String spelling) {
        return type.getSimpleName() + ": " + spelling;
    }

    private static String spelling(Object constant) {
        // Versions have numbers in documents.
        return constant instanceof TlsVersion
                ? constant.toString()
                : ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
