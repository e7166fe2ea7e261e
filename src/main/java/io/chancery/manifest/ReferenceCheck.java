package io.chancery.manifest;

import io.chancery.manifest.LiveView.Used;
import io.chancery.manifest.spec.DeclaredName;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.SecretSpec;
import io.chancery.manifest.spec.SpecReference;
import io.chancery.model.InvalidValueException;
import io.chancery.model.ResourceType;
import io.chancery.registry.Precondition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds manifests that would refer to something that is not there: because they are new, or because it goes away. Used once.
 */
final class ReferenceCheck {

    private final LiveView view;
    private final ServiceDirectory services;
    private final List<Change> changes;
    private final Map<ManifestKey, Integer> places = new HashMap<>();

    /** What is declared once the changes are made, as far as they say. */
    private final Set<DeclaredName> declared = new HashSet<>();

    private final Map<String, SecretSpec> secrets = new HashMap<>();

    ReferenceCheck(LiveView view, ServiceDirectory services, List<Change> changes) {
        this.view = view;
        this.services = services;
        this.changes = changes;
        for (int i = 0; i < changes.size(); i++) {
            places.put(changes.get(i).key(), i);
            put(i).ifPresent(this::declare);
        }
    }

    private void declare(Manifest manifest) {
        String name = manifest.key().name();
        declared.addAll(manifest.spec().declares(name));
        if (manifest.spec() instanceof SecretSpec secret) {
            secrets.put(name, secret);
        }
    }

    List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            findDangling(i, faults);
            findUsers(i, faults);
        }
        return faults;
    }

    private void findDangling(int place, List<Fault> faults) {
        put(place).ifPresent(manifest -> {
            for (SpecReference reference : manifest.spec().references()) {
                if (!exists(Used.of(reference))) {
                    faults.add(new Fault(
                            place,
                            "spec." + reference.path(),
                            switch (reference.kind()) {
                                case SERVICE ->
                                    "must be a service that is registered or declared; there is no " + reference.name();
                                case CERTIFICATE -> absent("certificate", reference.name());
                                case TRUSTED_CA -> absent("trustedCa", reference.name());
                                case SESSION_TICKET_KEYS -> absent("sessionTicketKeys", reference.name());
                                case PASSWORD -> absent("password", reference.name());
                            }));
                }
            }
        });
    }

    /** What a change takes away must not be needed by a manifest that stays as it is. */
    private void findUsers(int place, List<Fault> faults) {
        view.manifests()
                .manifest(changes.get(place).key())
                .map(DeclaredManifest::manifest)
                .ifPresent(former -> {
                    usable(former).filter(used -> !exists(used)).forEach(used -> {
                        List<ManifestKey> users = view.using(used).stream()
                                .filter(user -> !places.containsKey(user))
                                .toList();
                        if (!users.isEmpty()) {
                            faults.add(new Fault(place, "", "must stay: " + names(users) + " cannot do without it"));
                        }
                    });
                });
    }

    /** As what others may refer to a manifest. */
    private static Stream<Used> usable(Manifest manifest) {
        String name = manifest.key().name();
        if (manifest.spec() instanceof SecretSpec secret && secret.password().isPresent()) {
            return Stream.of(new Used(SpecReference.Kind.PASSWORD, name));
        }
        return manifest.spec().declares(name).stream().flatMap(ReferenceCheck::used);
    }

    private static String names(List<ManifestKey> users) {
        String first = String.join(
                ", ", users.stream().limit(10).map(ManifestKey::toString).toList());
        return users.size() > 10 ? first + " and " + (users.size() - 10) + " more" : first;
    }

    private String absent(String field, String name) {
        return secret(name).isPresent() || isDeclared(new DeclaredName(ResourceType.SECRET, name))
                ? "must be a Secret with " + field + ", which " + name + " does not have"
                : "must be a Secret that is declared; there is no " + name;
    }

    private static Stream<Used> used(DeclaredName name) {
        return switch (name.type()) {
            case CLUSTER -> Stream.of(new Used(SpecReference.Kind.SERVICE, name.name()));
            case SECRET ->
                Stream.of(SpecReference.Kind.values())
                        .filter(kind -> kind != SpecReference.Kind.SERVICE)
                        .map(kind -> new Used(kind, name.name()));
            case ENDPOINT, LISTENER, ROUTE, SCOPED_ROUTE, VIRTUAL_HOST, RUNTIME, EXTENSION_CONFIG, LOCALITY_ENDPOINT ->
                Stream.empty();
        };
    }

    private boolean exists(Used used) {
        return switch (used.kind()) {
            case SERVICE ->
                services.has(used.name()) || isDeclared(new DeclaredName(ResourceType.CLUSTER, used.name()));
            case PASSWORD ->
                secret(used.name())
                        .filter(secret -> secret.usedAs() == used.kind())
                        .isPresent();
            case CERTIFICATE, TRUSTED_CA, SESSION_TICKET_KEYS ->
                secret(used.name())
                        .map(secret -> secret.usedAs() == used.kind())
                        .orElseGet(() -> isDeclared(new DeclaredName(ResourceType.SECRET, used.name())));
        };
    }

    /** Of a raw secret nothing is known but that it is there. */
    private Optional<SecretSpec> secret(String name) {
        @Nullable SecretSpec fresh = secrets.get(name);
        if (fresh != null) {
            return Optional.of(fresh);
        }
        return key(name).stream()
                .filter(key -> !places.containsKey(key))
                .flatMap(key -> view.manifests().manifest(key).stream())
                .map(declared -> declared.manifest().spec())
                .filter(SecretSpec.class::isInstance)
                .map(SecretSpec.class::cast)
                .findFirst();
    }

    /** The manifest that a secret of this name is, if one can have it. */
    private static Optional<ManifestKey> key(String name) {
        try {
            return Optional.of(new ManifestKey(ManifestKind.SECRET, name));
        } catch (InvalidValueException _) {
            return Optional.empty();
        }
    }

    private boolean isDeclared(DeclaredName name) {
        return declared.contains(name) || view.declaring(name).stream().anyMatch(key -> !places.containsKey(key));
    }

    private Optional<Manifest> put(int place) {
        return switch (changes.get(place)) {
            case Change.Put(Manifest manifest, Precondition _) -> Optional.of(manifest);
            case Change.Delete _ -> Optional.empty();
        };
    }
}
