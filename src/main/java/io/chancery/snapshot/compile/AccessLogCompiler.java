package io.chancery.snapshot.compile;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.stream.v3.StdoutAccessLog;
import java.util.List;
import java.util.Optional;

/** Access logs. Pure functions. */
final class AccessLogCompiler {

    private AccessLogCompiler() {}

    static List<AccessLog> compile(List<io.chancery.manifest.spec.AccessLog> logs) {
        return logs.stream().map(AccessLogCompiler::compile).toList();
    }

    private static AccessLog compile(io.chancery.manifest.spec.AccessLog log) {
        Optional<SubstitutionFormatString> format = format(log);
        if (log.file().isEmpty()) {
            StdoutAccessLog.Builder output = StdoutAccessLog.newBuilder();
            format.ifPresent(output::setLogFormat);
            return log("envoy.access_loggers.stdout", output.build());
        }
        FileAccessLog.Builder output =
                FileAccessLog.newBuilder().setPath(log.file().get());
        format.ifPresent(output::setLogFormat);
        return log("envoy.access_loggers.file", output.build());
    }

    private static AccessLog log(String name, Message settings) {
        return AccessLog.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(settings))
                .build();
    }

    private static Optional<SubstitutionFormatString> format(io.chancery.manifest.spec.AccessLog log) {
        if (!log.json().isEmpty()) {
            Struct.Builder fields = Struct.newBuilder();
            log.json()
                    .forEach((name, value) -> fields.putFields(
                            name, Value.newBuilder().setStringValue(value).build()));
            return Optional.of(
                    SubstitutionFormatString.newBuilder().setJsonFormat(fields).build());
        }
        return log.text()
                .map(text -> SubstitutionFormatString.newBuilder()
                        .setTextFormatSource(Values.inline(line(text)))
                        .build());
    }

    /** Envoy ends a line of text only where its format does. */
    private static String line(String text) {
        return text.endsWith("\n") ? text : text + '\n';
    }
}
