package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import io.chancery.model.ResourceType;
import io.chancery.model.ServiceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Redis nodes of which one is the master. Chancery finds out which, and tells the Envoys as two services: that one, and
 * those that are read from.
 */
public record RedisMaster(
        @Field("are the nodes that are asked for their role: HOST:PORT each")
        List<HostName> nodes,

        @Field(
                "are what Envoys are told instead of the nodes, one for each in their order: HOST or HOST:PORT; with a name among them, Envoys resolve the names themselves")
        List<String> announce,

        @Field("are Sentinels that watch the nodes: HOST:PORT each")
        List<HostName> sentinels,

        @Field("is what the Sentinels call the master; must be given with them")
        Optional<String> masterName,

        @Field("is the user that Chancery is to the nodes; left out, Redis' default user")
        Optional<String> user,

        @Field("is the Secret with that user's password") Optional<String> password,

        @Field("is the user that Chancery is to the Sentinels")
        Optional<String> sentinelUser,

        @Field("is the Secret with that user's password") Optional<String> sentinelPassword,

        @Field("encrypts connections to the nodes, Chancery's and the Envoys', and Chancery's to the Sentinels")
        Optional<UpstreamTls> tls,

        @Field(value = "is the time between two questions to a node, 100ms to 1h", otherwise = "1s")
        Duration interval,

        @Field(value = "is how long a node may take to answer, 10ms to 1m", otherwise = "500ms")
        Duration timeout,

        @Field(
                value =
                        "has Chancery close the clients' connections to a node that is the master no longer (CLIENT KILL TYPE normal)",
                otherwise = "true")
        boolean closeClients,

        @Field("is the service that the master is; left out, the manifest's name and -master")
        Optional<String> masterService,

        @Field("is the service that is read from; left out, the manifest's name and -replicas")
        Optional<String> replicasService,

        @Field(value = "tells whether the master is one of those that are read from", otherwise = "last")
        MasterReads readsFromMaster,

        @Field(value = "is how long Envoy waits for a connection", otherwise = "1s")
        Duration connectTimeout,

        @Field(
                "makes each Envoy check the master; left out, it asks for the role twice a second, or, where there is a password, for any answer")
        Optional<HealthCheck> healthCheck,

        @Field("makes each Envoy check those that are read from; left out, it sends PING every 10s")
        Optional<HealthCheck> replicasHealthCheck)
        implements Spec {

    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);
    private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(10);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);
    private static final Pattern WITH_PORT = Pattern.compile(".*:\\d*");

    private static final Duration ROLE_INTERVAL = Duration.ofMillis(500);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration READ_INTERVAL = Duration.ofSeconds(10);

    private static final String INFO_REPLICATION = "494e464f207265706c69636174696f6e0d0a";
    private static final String ROLE_MASTER = "726f6c653a6d6173746572";
    private static final String PING = "50494e470d0a";
    private static final String PONG = "2b504f4e470d0a";

    /** A node that wants a password refuses a PING without one, which is an answer too. */
    private static final String ANY_LINE = "0d0a";

    public RedisMaster {
        Bounds.notEmpty("nodes", nodes);
        nodes = List.copyOf(nodes);
        distinct("nodes", nodes);
        announce = List.copyOf(announce);
        if (!announce.isEmpty() && announce.size() != nodes.size()) {
            throw new InvalidValueException(
                    "announce",
                    "must have as many entries as nodes, which has " + nodes.size() + "; it has " + announce.size());
        }
        List<HostName> announced = new ArrayList<>();
        for (int i = 0; i < announce.size(); i++) {
            announced.add(announced(announce.get(i), nodes.get(i), "announce[" + i + ']'));
        }
        distinct("announce", announced);
        sentinels = List.copyOf(sentinels);
        distinct("sentinels", sentinels);
        checkSentinels(sentinels, masterName, sentinelPassword);
        if (user.isPresent() && password.isEmpty()) {
            throw new InvalidValueException("user", "must be left out where there is no password");
        }
        if (sentinelUser.isPresent() && sentinelPassword.isEmpty()) {
            throw new InvalidValueException("sentinelUser", "must be left out where there is no sentinelPassword");
        }
        Bounds.printable("user", user);
        Bounds.printable("sentinelUser", sentinelUser);
        if (tls.filter(one -> !one.subjectAltNames().isEmpty()).isPresent()) {
            throw new InvalidValueException(
                    "tls.subjectAltNames", "must be left out; sni is the name that certificates must be for");
        }
        within("interval", interval, SHORTEST_INTERVAL, LONGEST_INTERVAL);
        within("timeout", timeout, SHORTEST_TIMEOUT, LONGEST_TIMEOUT);
        Bounds.duration("connectTimeout", connectTimeout);
        checkHealthCheck("healthCheck", healthCheck);
        checkHealthCheck("replicasHealthCheck", replicasHealthCheck);
        masterService.ifPresent(name -> checkService("masterService", name));
        replicasService.ifPresent(name -> checkService("replicasService", name));
    }

    private static void checkSentinels(
            List<HostName> sentinels, Optional<String> masterName, Optional<String> sentinelPassword) {
        if (!sentinels.isEmpty() && masterName.isEmpty()) {
            throw new InvalidValueException(
                    "masterName", "must be given with sentinels: what they call the master, for example mymaster");
        }
        if (sentinels.isEmpty() && masterName.isPresent()) {
            throw new InvalidValueException("masterName", "must be left out where there are no sentinels");
        }
        if (sentinels.isEmpty() && sentinelPassword.isPresent()) {
            throw new InvalidValueException("sentinelPassword", "must be left out where there are no sentinels");
        }
        masterName.ifPresent(name -> {
            if (name.isEmpty() || name.length() > 128 || name.chars().anyMatch(c -> c <= ' ' || c >= 127)) {
                throw new InvalidValueException("masterName", "must be 1 to 128 characters without blanks");
            }
        });
    }

    private static void distinct(String field, List<HostName> hosts) {
        for (int i = 0; i < hosts.size(); i++) {
            if (hosts.indexOf(hosts.get(i)) < i) {
                throw new InvalidValueException(field + '[' + i + ']', "must not be " + hosts.get(i) + " again");
            }
        }
    }

    private static void within(String field, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new InvalidValueException(
                    field, "must be " + least.toMillis() + "ms to " + most.toSeconds() + "s, for example 1s");
        }
    }

    private static void checkService(String field, String name) {
        try {
            ServiceName _ = new ServiceName(name);
        } catch (InvalidValueException e) {
            throw new InvalidValueException(field, e.reason());
        }
    }

    private static void checkHealthCheck(String field, Optional<HealthCheck> check) {
        if (check.flatMap(HealthCheck::grpc).isPresent()) {
            throw new InvalidValueException(
                    field + ".grpc", "must be left out, as Redis does not speak it; tcp sends bytes");
        }
    }

    private static HostName announced(String text, HostName node, String field) {
        try {
            return HostName.parse(WITH_PORT.matcher(text).matches() ? text : text + ':' + node.port());
        } catch (InvalidValueException _) {
            throw new InvalidValueException(
                    field, "must be HOST or HOST:PORT, for example redis-1 or redis-1.internal:6379");
        }
    }

    /** What Envoys are told of a node. */
    public HostName announced(HostName node) {
        int place = nodes.indexOf(node);
        return announce.isEmpty() || place < 0 ? node : announced(announce.get(place), node, "announce");
    }

    /** Whether Envoys are told names, which they resolve themselves; else they are told addresses. */
    public boolean announcesNames() {
        return !announce.isEmpty()
                && nodes.stream().anyMatch(node -> address(announced(node)).isEmpty());
    }

    /** The address that a host is, if it is one and not a name. */
    public static Optional<IpAddress> address(HostName host) {
        try {
            return Optional.of(new IpAddress(host.host()));
        } catch (InvalidValueException _) {
            return Optional.empty();
        }
    }

    /** The service that is the master. */
    public String masterCluster(String manifest) {
        return masterService.orElse(manifest + "-master");
    }

    /** The service that is read from. */
    public String replicasCluster(String manifest) {
        return replicasService.orElse(manifest + "-replicas");
    }

    /**
     * The cluster that is the master. Envoy closes the connections to a host that its own check fails: that is why the
     * check asks for the role, and why a host stays until it fails it. A host that does not serve is not used for want of
     * a better one.
     *
     * @param names by which Envoys are to find the hosts; none where they are told by EDS
     */
    public ServiceSpec masterSpec(List<HostName> names) {
        return service(names, healthCheck.orElseGet(this::roleCheck));
    }

    /**
     * The cluster that is read from.
     *
     * @param names as for {@link #masterSpec}
     */
    public ServiceSpec replicasSpec(List<HostName> names) {
        return service(names, replicasHealthCheck.orElseGet(this::readCheck));
    }

    private HealthCheck roleCheck() {
        return password.isPresent()
                ? check(PING, ANY_LINE, ROLE_INTERVAL, ROLE_INTERVAL, 1)
                : check(INFO_REPLICATION, ROLE_MASTER, ROLE_INTERVAL, ROLE_INTERVAL, 1);
    }

    private HealthCheck readCheck() {
        return check(PING, password.isPresent() ? ANY_LINE : PONG, READ_TIMEOUT, READ_INTERVAL, 2);
    }

    private static HealthCheck check(
            String send, String receive, Duration timeout, Duration interval, int unhealthyThreshold) {
        return new HealthCheck(
                Optional.empty(),
                Optional.of(new HealthCheck.TcpProbe(Optional.of(send), List.of(receive))),
                Optional.empty(),
                timeout,
                interval,
                Optional.of(interval),
                Optional.of(interval),
                Optional.empty(),
                unhealthyThreshold,
                1);
    }

    private ServiceSpec service(List<HostName> names, HealthCheck check) {
        ServiceSpec other = ServiceSpec.DEFAULT;
        return new ServiceSpec(
                Optional.empty(),
                List.of(),
                names.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new DnsDiscovery(
                                DnsDiscovery.Kind.STRICT, names, Duration.ofSeconds(5), DnsDiscovery.Family.AUTO)),
                other.lbPolicy(),
                connectTimeout,
                UpstreamProtocol.TCP,
                tls,
                Optional.of(check),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(0),
                false,
                true,
                Optional.empty(),
                other.localityWeighting(),
                Optional.empty());
    }

    @Override
    public ManifestKind kind() {
        return ManifestKind.REDIS_MASTER;
    }

    @Override
    public List<DeclaredName> declares(String name) {
        return List.of(
                new DeclaredName(ResourceType.CLUSTER, masterCluster(name)),
                new DeclaredName(ResourceType.CLUSTER, replicasCluster(name)));
    }

    @Override
    public List<SpecReference> references() {
        List<SpecReference> references = new ArrayList<>();
        password.ifPresent(name -> references.add(new SpecReference(SpecReference.Kind.PASSWORD, name, "password")));
        sentinelPassword.ifPresent(
                name -> references.add(new SpecReference(SpecReference.Kind.PASSWORD, name, "sentinelPassword")));
        tls.ifPresent(settings -> references.addAll(settings.references()));
        return references;
    }
}
