package io.chancery.snapshot.compile;

import com.dynatrace.hash4j.hashing.Hashing;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.chancery.manifest.spec.CustomerKey;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.sharding.ShardLabel;
import io.chancery.sharding.ShardPlan;
import io.chancery.sharding.Sharding;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation.RemoveOnMatch;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The filter that finds out whose request it is: its program, and what it is told with a route. Pure functions. */
public final class ShardFilter {

    /** The name of the filter, under which routes have its context. */
    static final String NAME = "chancery.shuffle-shard";

    /** What no client may say of itself. */
    private static final List<String> TAKEN_AWAY = List.of("x-shard-", "x-target-");

    private static final String PROGRAM = program();

    private ShardFilter() {}

    private static String program() {
        try (InputStream in = Objects.requireNonNull(ShardFilter.class.getResourceAsStream("shuffle-shard.lua"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts the filter in; it does nothing until a route has a context for it. */
    static void add(HttpConnectionManager.Builder manager) {
        HeaderMutation.Builder mutations = HeaderMutation.newBuilder();
        for (String prefix : TAKEN_AWAY) {
            mutations.addMutations(io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation.newBuilder()
                    .setRemoveOnMatch(RemoveOnMatch.newBuilder()
                            .setKeyMatcher(StringMatcher.newBuilder().setPrefix(prefix))));
        }
        manager.addEarlyHeaderMutationExtensions(TypedExtensionConfig.newBuilder()
                        .setName("chancery.shuffle-shard-headers")
                        .setTypedConfig(Any.pack(mutations.build())))
                .addHttpFilters(HttpFilter.newBuilder()
                        .setName(NAME)
                        .setDisabled(true)
                        .setTypedConfig(Any.pack(Lua.newBuilder()
                                .setDefaultSourceCode(DataSource.newBuilder().setInlineString(PROGRAM))
                                .build())));
    }

    /** What the filter is told with a route to a service that has these shards. */
    static Any context(Sharding sharding) {
        ShuffleShard policy = sharding.policy();
        Map<String, Value> fields = new TreeMap<>();
        from(policy.customer(), fields);
        if (policy.withoutCustomer() == ShuffleShard.Nameless.REJECT) {
            fields.put("rejection", text("Missing " + missing(policy.customer())));
        }
        plan("", sharding.current(), fields);
        sharding.next().filter(_ -> sharding.share() > 0).ifPresent(next -> {
            plan("next-", next, fields);
            fields.put("share", number(sharding.share()));
            fields.put("salt", text(sharding.salt()));
        });
        return context(fields);
    }

    private static Any context(Map<String, Value> fields) {
        byte[] content =
                Struct.newBuilder().putAllFields(fields).build().toString().getBytes(StandardCharsets.UTF_8);
        fields.put("revision", text(HexFormat.of().toHexDigits(Hashing.xxh3_64().hashBytesToLong(content))));
        return Any.pack(LuaPerRoute.newBuilder()
                .setFilterContext(Struct.newBuilder().putAllFields(fields))
                .build());
    }

    private static void plan(String prefix, ShardPlan plan, Map<String, Value> fields) {
        ShuffleShard policy = plan.policy();
        fields.put(prefix + "layout", text(plan.layout()));
        fields.put(prefix + "shards", number(policy.shards()));
        fields.put(prefix + "size", number(policy.size()));
        fields.put(prefix + "total", number(plan.total()));
        policy.customers().keySet().forEach(id -> {
            String place = plan.place(id);
            fields.put(prefix + "customer:" + id, place.isEmpty() ? number(policy.sizeOf(id)) : text(place));
        });
    }

    private static void from(CustomerKey key, Map<String, Value> fields) {
        key.header().ifPresent(name -> from("header", name, fields));
        key.cookie().ifPresent(name -> from("cookie", name, fields));
        key.query().ifPresent(name -> from("query", name, fields));
        key.jwtClaim().ifPresent(claim -> {
            from("jwt", claim.claim(), fields);
            fields.put("of", text(claim.provider()));
        });
        if (key.sni()) {
            from("sni", "", fields);
        }
        if (key.certificateSan()) {
            from("certificate", "", fields);
        }
        if (key.sourceAddress()) {
            from("address", "", fields);
        }
    }

    private static void from(String kind, String name, Map<String, Value> fields) {
        fields.put("from", text(kind));
        fields.put("name", text(name));
    }

    private static String missing(CustomerKey key) {
        return key.header()
                .map(name -> name + " header")
                .or(() -> key.cookie().map(name -> name + " cookie"))
                .or(() -> key.query().map(name -> name + " query parameter"))
                .or(() -> key.jwtClaim().map(claim -> claim.claim() + " claim"))
                .orElse(key.sni() ? "server name" : key.certificateSan() ? "client certificate" : "client address");
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Value number(int number) {
        return Value.newBuilder().setNumberValue(number).build();
    }

    /**
     * The families of shards that requests of a route may be sent to.
     *
     * @param filters what a route, or a cluster of it, has for filters by their names
     */
    public static Set<String> families(Map<String, Any> filters) {
        @Nullable Any config = filters.get(NAME);
        if (config == null || !config.is(LuaPerRoute.class)) {
            return Set.of();
        }
        try {
            Map<String, Value> fields =
                    config.unpack(LuaPerRoute.class).getFilterContext().getFieldsMap();
            Set<String> families = new TreeSet<>();
            addFamilies("", fields, families);
            addFamilies("next-", fields, families);
            return families;
        } catch (InvalidProtocolBufferException e) {
            // A raw resource may hold anything.
            return Set.of();
        }
    }

    private static void addFamilies(String prefix, Map<String, Value> fields, Set<String> families) {
        @Nullable Value layout = fields.get(prefix + "layout");
        @Nullable Value size = fields.get(prefix + "size");
        if (layout == null || size == null) {
            return;
        }
        families.add(family(layout.getStringValue(), size));
        String customers = prefix + "customer:";
        fields.forEach((name, value) -> {
            if (name.startsWith(customers)) {
                families.add(family(layout.getStringValue(), value));
            }
        });
    }

    private static String family(String layout, Value place) {
        return place.hasStringValue()
                ? layout + '.' + place.getStringValue()
                : ShardLabel.family(layout, (int) place.getNumberValue());
    }
}
