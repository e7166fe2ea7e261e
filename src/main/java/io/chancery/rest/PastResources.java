package io.chancery.rest;

import io.chancery.fleet.Fleet;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ManifestView;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Node;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.preview.Preview;
import io.chancery.rest.NodeAnswers.ResourceAnswer;
import io.chancery.rest.NodeController.ResourcePage;
import io.chancery.snapshot.Resource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What nodes were to have, as far as the history reaches back. */
final class PastResources {

    private static final String NOTE =
            "Manifests are those of the revision, services and their endpoints those of now; what was held back is not left out";

    private final Fleet fleet;
    private final ManifestRegistry registry;
    private final Preview preview;

    PastResources(Fleet fleet, ManifestRegistry registry, Preview preview) {
        this.fleet = fleet;
        this.registry = registry;
        this.preview = preview;
    }

    /** Returns a page of them, by name. */
    ResourcePage resources(Node node, ResourceType type, Revision revision, int limit, @Nullable String after) {
        if (type == ResourceType.LOCALITY_ENDPOINT) {
            throw new InvalidValueException("type", "must be another with revision: endpoints have no past here");
        }
        Page<Optional<ResourceAnswer>> page = Page.of(
                preview.resources(node, type, view(revision)),
                after,
                limit,
                (Supplier<Optional<Resource>> resource) ->
                        resource.get().map(fleet::show).map(ResourceAnswer::of));
        List<ResourceAnswer> resources =
                page.items().stream().flatMap(Optional::stream).toList();
        return new ResourcePage(node.id(), type.shortName(), revision.value(), NOTE, resources, page.next());
    }

    private ManifestView view(Revision revision) {
        Revision current = registry.view().revision();
        if (revision.compareTo(current) > 0) {
            throw Problem.UNKNOWN_REVISION.toException("The store is at revision " + current.value());
        }
        return registry.viewAt(revision)
                .orElseThrow(() -> Problem.REVISION_GONE.toException("The oldest revision that is known is "
                        + registry.oldestRevision().value()));
    }
}
