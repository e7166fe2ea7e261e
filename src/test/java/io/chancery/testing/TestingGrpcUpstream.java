package io.chancery.testing;

import com.google.common.io.ByteStreams;
import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A gRPC server on a free port that answers each call with its own address. */
public final class TestingGrpcUpstream implements AutoCloseable {

    /** The only method: takes anything, answers {@link #endpoint()}. */
    public static final MethodDescriptor<byte[], byte[]> WHO = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("chancery.testing.Echo/Who")
            .build();

    private final Server server;

    private TestingGrpcUpstream() throws IOException {
        this.server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                        InsecureServerCredentials.create())
                .addService(ServerServiceDefinition.builder("chancery.testing.Echo")
                        .addMethod(WHO, ServerCalls.asyncUnaryCall((request, answers) -> {
                            answers.onNext(endpoint().getBytes(StandardCharsets.US_ASCII));
                            answers.onCompleted();
                        }))
                        .build())
                .build();
    }

    /** Starts one. */
    public static TestingGrpcUpstream start() throws IOException {
        TestingGrpcUpstream upstream = new TestingGrpcUpstream();
        upstream.server.start();
        return upstream;
    }

    /** Where it listens, as it would be registered. */
    public String endpoint() {
        return "127.0.0.1:" + server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return ByteStreams.toByteArray(stream);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
