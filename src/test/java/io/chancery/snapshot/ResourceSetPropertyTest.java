package io.chancery.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.ResourceType;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResourceSetPropertyTest {

    static LongStream seeds() {
        return new SplittableRandom(0x5E7).longs(50);
    }

    /** Whatever way it was reached, a set holds what a plain map holds, and its version names just that. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theVersionDependsOnTheContentAndNotOnTheWayToIt(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ResourceSet set = ResourceSet.EMPTY;
        Map<String, Resource> model = new TreeMap<>();
        for (int step = 0; step < 200; step++) {
            String name = "s" + random.nextInt(20);
            if (random.nextInt(3) == 0) {
                set = set.without(name);
                model.remove(name);
            } else {
                Resource resource = resource(name, random.nextInt(3));
                set = set.with(resource);
                model.put(name, resource);
            }
        }
        ResourceSet direct = ResourceSet.EMPTY;
        for (Resource resource : model.values()) {
            direct = direct.with(resource);
        }

        assertThat(set.all()).containsExactlyElementsOf(model.values());
        assertThat(set.size()).isEqualTo(model.size());
        assertThat(set.version()).isEqualTo(direct.version());
        assertThat(set.with(resource("another", 0)).version()).isNotEqualTo(set.version());
    }

    private static Resource resource(String name, int content) {
        return TestingResources.of(ResourceType.CLUSTER, name, content);
    }
}
