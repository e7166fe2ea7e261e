package io.chancery.manifest;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.chancery.manifest.spec.Spec;
import io.chancery.model.ResourceType;
import java.util.Optional;

/** Where a resource has the name under which nodes subscribe to it. */
final class ResourceNames {

    private ResourceNames() {}

    /** Returns the name, or empty if it is not one, which was added to the faults. */
    static Optional<String> nameOf(ResourceType type, Message content, String path, Faults faults) {
        FieldDescriptor field = content.getDescriptorForType().findFieldByName(fieldOf(type));
        String name = (String) content.getField(field);
        String place = path + '.' + field.getName();
        if (name.isEmpty()) {
            faults.add(place, "must be given: nodes know the resource by it");
            return Optional.empty();
        }
        if (name.length() > Spec.RawResource.MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            faults.add(place, "must have 1 to " + Spec.RawResource.MAX_NAME + " printable characters");
            return Optional.empty();
        }
        int slash = name.lastIndexOf('/');
        if (type == ResourceType.VIRTUAL_HOST && (slash < 1 || slash == name.length() - 1)) {
            faults.add(
                    place,
                    "must be <route configuration>/<host>, for example edge/shop.example.com: nodes ask for virtual hosts"
                            + " in this form");
            return Optional.empty();
        }
        return Optional.of(name);
    }

    private static String fieldOf(ResourceType type) {
        return switch (type) {
            case CLUSTER, LISTENER, ROUTE, SCOPED_ROUTE, VIRTUAL_HOST, SECRET, RUNTIME, EXTENSION_CONFIG -> "name";
            case ENDPOINT -> "cluster_name";
            case LOCALITY_ENDPOINT -> throw new IllegalArgumentException(type + " is no resource of a manifest");
        };
    }
}
