package io.chancery.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was answered survives {@code kill -9} at any moment, and no transaction is ever there in part. */
class StoreKillIT {

    /** One database for all rounds, so that later ones are killed while it is folded and trimmed. */
    @TempDir
    private static Path directory;

    static LongStream seeds() {
        return new SplittableRandom(0xDEAD).longs(20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatWasAnsweredSurvives(long seed) throws Exception {
        String round = Long.toHexString(seed);
        SplittableRandom random = new SplittableRandom(seed);
        Map<Integer, Integer> answered = writeAndKill(round, 1 + random.nextInt(1_500));

        try (Store store = SqliteStoreTest.open(directory, KilledWriter.BOUNDS)) {
            Map<String, String> found = new HashMap<>();
            store.read("entry/" + round + "/")
                    .entries()
                    .forEach(e -> found.put(e.key(), StoreContract.text(e.value())));
            store.read("counter/" + round + "/")
                    .entries()
                    .forEach(e -> found.put(e.key(), StoreContract.text(e.value())));
            int explained = 0;
            for (int thread = 0; thread < KilledWriter.THREADS; thread++) {
                String counter = KilledWriter.counter(round, thread);
                int last = Integer.parseInt(found.getOrDefault(counter, "-1"));
                explained += found.containsKey(counter) ? 1 : 0;
                // A thread waits for each answer, so at most one of its transactions is there without one.
                assertThat(last - answered.getOrDefault(thread, -1))
                        .as("thread %d", thread)
                        .isBetween(0, 1);
                for (int number = 0; number <= last; number++) {
                    for (String key : KilledWriter.keys(round, thread, number)) {
                        assertThat(found).containsEntry(key, "value of " + key);
                        explained++;
                    }
                }
            }
            assertThat(found).hasSize(explained);
        }
    }

    /** Returns the last answered number of each thread. */
    private static Map<Integer, Integer> writeAndKill(String round, int afterLines)
            throws IOException, InterruptedException {
        Process process = ChildJvm.start(
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                KilledWriter.class,
                directory.toString(),
                round);
        Map<Integer, Integer> answered = new HashMap<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            int count = 0;
            @Nullable String line = lines.readLine();
            while (line != null) {
                // Beside the answers, standard output has the log.
                if (line.startsWith("answered ")) {
                    String[] words = line.split(" ", -1);
                    answered.put(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                    if (++count == afterLines) {
                        // By its handle: Process would close its end of the pipe, and with it what was answered
                        // meanwhile.
                        process.toHandle().destroyForcibly();
                    }
                }
                line = lines.readLine();
            }
            assertThat(count).as("the writer ended by itself").isGreaterThanOrEqualTo(afterLines);
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        return answered;
    }
}
