package io.chancery.testing;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The program behind {@link TestingGrpcClient.Kind#JAVA}; does what {@code src/test/clients/calls.py} does. */
public final class JavaGrpcCalls {

    private JavaGrpcCalls() {}

    /** Calls the first argument so many times a second as the second says, until standard input ends. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        long period = TimeUnit.SECONDS.toNanos(1) / Integer.parseInt(arguments[1]);
        ManagedChannel channel = Grpc.newChannelBuilder(arguments[0], InsecureChannelCredentials.create())
                .build();
        Phaser pending = new Phaser(1);
        try (ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor()) {
            var _ = pace.scheduleAtFixedRate(() -> call(channel, pending), 0, period, TimeUnit.NANOSECONDS);
            System.in.transferTo(System.err);
        }
        pending.arriveAndAwaitAdvance();
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    private static void call(ManagedChannel channel, Phaser pending) {
        pending.register();
        ClientCalls.asyncUnaryCall(
                channel.newCall(TestingGrpcUpstream.WHO, CallOptions.DEFAULT.withDeadlineAfter(15, TimeUnit.SECONDS)),
                new byte[0],
                new StreamObserver<>() {
                    @Override
                    public void onNext(byte[] answer) {
                        System.out.println("ok " + new String(answer, StandardCharsets.US_ASCII));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        System.out.println("failed "
                                + Status.fromThrowable(failure).toString().replaceAll("\\s+", " "));
                        pending.arriveAndDeregister();
                    }

                    @Override
                    public void onCompleted() {
                        pending.arriveAndDeregister();
                    }
                });
    }
}
