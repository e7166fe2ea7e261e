package io.chancery.manifest.spec;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Headers that are changed on the way. Values may have Envoy's command operators, for example {@code %REQ(x-id)%}. */
public record HeaderChanges(
        @Field("are added to those that are there") SortedMap<String, String> add,
        @Field("take the place of those that are there") SortedMap<String, String> set,
        @Field("are taken away") List<String> remove) {

    public HeaderChanges {
        add = checked("add", add);
        set = checked("set", set);
        remove = List.copyOf(remove);
        remove.forEach(name -> Headers.checkChangeable("remove", name));
    }

    private static SortedMap<String, String> checked(String field, SortedMap<String, String> headers) {
        headers.forEach((name, value) -> {
            Headers.checkChangeable(field, name);
            Headers.checkValue(field, value);
            Formats.check(field, value);
        });
        return Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    }
}
