package io.chancery.snapshot.compile;

import io.chancery.manifest.spec.HeaderChanges;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import java.util.ArrayList;
import java.util.List;

/** Headers that are changed on the way. Pure functions. */
final class HeaderCompiler {

    private HeaderCompiler() {}

    static List<HeaderValueOption> toAdd(HeaderChanges changes) {
        List<HeaderValueOption> headers = new ArrayList<>();
        changes.add()
                .forEach((name, value) -> headers.add(header(name, value, HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD)));
        changes.set()
                .forEach((name, value) ->
                        headers.add(header(name, value, HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)));
        return headers;
    }

    private static HeaderValueOption header(String name, String value, HeaderAppendAction action) {
        return HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                .setAppendAction(action)
                .setKeepEmptyValue(value.isEmpty())
                .build();
    }
}
