package io.chancery.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Redis, PostgreSQL and RabbitMQ from Debian's packages, on free ports. */
public final class RealStores {

    private RealStores() {}

    /** Starts a Redis that keeps nothing. */
    public static RealPart redis(Path folder, int port) throws IOException {
        Path program = RealPart.program("redis-server", "/usr/bin/redis-server", "/usr/local/bin/redis-server");
        return RealPart.start(
                folder,
                port,
                Map.of(),
                List.of(
                        program.toString(),
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--save",
                        "",
                        "--appendonly",
                        "no"));
    }

    /** Makes the files of a PostgreSQL whose user {@code postgres} needs no password. */
    public static Path postgresFiles() throws IOException, InterruptedException {
        Path initdb = postgresProgram("initdb");
        Path folder = Files.createTempDirectory("chancery-postgres");
        if (runsAsRoot()) {
            UserPrincipal owner =
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres");
            Files.setOwner(folder, owner);
        }
        List<String> command = new ArrayList<>(asPostgres());
        command.addAll(List.of(
                initdb.toString(),
                "-D",
                folder.resolve("files").toString(),
                "-A",
                "trust",
                "-U",
                "postgres",
                "--no-sync"));
        RealPart.run(folder, command);
        return folder;
    }

    /** Starts a PostgreSQL over such files. */
    public static RealPart postgres(Path folder, int port) throws IOException {
        List<String> command = new ArrayList<>(asPostgres());
        command.addAll(List.of(
                postgresProgram("postgres").toString(),
                "-D",
                folder.resolve("files").toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off"));
        return RealPart.start(folder, port, Map.of(), command);
    }

    private static Path postgresProgram(String name) {
        return RealPart.program(
                "postgresql",
                "/usr/lib/postgresql/15/bin/" + name,
                "/usr/lib/postgresql/16/bin/" + name,
                "/usr/lib/postgresql/17/bin/" + name);
    }

    /** It refuses to be root. */
    private static List<String> asPostgres() {
        return runsAsRoot() ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups") : List.of();
    }

    private static boolean runsAsRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** Erlang's name server, which a broker would leave behind if it had to start one. */
    public static RealPart epmd(Path folder, int port) throws IOException {
        Path program = RealPart.program("rabbitmq-server", "/usr/bin/epmd", "/usr/local/bin/epmd");
        return RealPart.start(
                folder,
                port,
                Map.of("HOME", folder.toString()),
                List.of(program.toString(), "-address", "127.0.0.1", "-port", Integer.toString(port)));
    }

    /** Starts a RabbitMQ whose user {@code guest} has the password {@code guest}. */
    public static RealPart rabbitmq(Path folder, int port, int epmdPort) throws IOException {
        Path program = RealPart.program("rabbitmq-server", "/usr/lib/rabbitmq/bin/rabbitmq-server");
        Path plugins = Files.writeString(folder.resolve("enabled_plugins"), "[].\n");
        Path settings =
                Files.writeString(folder.resolve("rabbitmq.conf"), "listeners.tcp.1 = 127.0.0.1:" + port + "\n");
        Path environment = Files.writeString(folder.resolve("rabbitmq-env.conf"), "");
        return RealPart.start(
                folder,
                port,
                Map.of(
                        "HOME", folder.toString(),
                        "ERL_EPMD_PORT", Integer.toString(epmdPort),
                        "RABBITMQ_NODENAME", "chancery-" + port + "@localhost",
                        "RABBITMQ_DIST_PORT", Integer.toString(FreePorts.one()),
                        "RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString(),
                        "RABBITMQ_LOG_BASE", folder.resolve("log").toString(),
                        "RABBITMQ_ENABLED_PLUGINS_FILE", plugins.toString(),
                        "RABBITMQ_CONFIG_FILE", settings.toString(),
                        "RABBITMQ_CONF_ENV_FILE", environment.toString()),
                List.of(program.toString()));
    }
}
