package io.chancery.preview;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import io.chancery.testing.TestingEnvoy;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Asks the Envoy of this machine what it makes of resources, as a dry run that goes deep does. */
public final class TestingValidation {

    private static final GroupPreview GROUP = new GroupPreview(Set.of(), List.of(), List.of(), 0, Optional.empty());

    private TestingValidation() {}

    /** Of two resources of one type and name the last counts. */
    public static EnvoyVerdict of(Collection<Resource> resources) {
        Map<Reference, Resource> content = new LinkedHashMap<>();
        resources.forEach(resource -> content.put(new Reference(resource.type(), resource.name()), resource));
        EnvoyValidator validator = new EnvoyValidator(
                Optional.of(TestingEnvoy.binary()), EnvoyValidator.Patience.DEFAULT, InstantSource.system());
        PreviewResult.Previewed previewed =
                assertInstanceOf(PreviewResult.Previewed.class, validator.judged(List.of(GROUP), _ -> content, 0));
        return previewed.groups().getFirst().verdict().orElseThrow();
    }
}
