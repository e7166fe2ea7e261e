package io.chancery.manifest.spec;

/** Where an Envoy listens. */
public record Bind(BindAddress address, int port) {

    @Override
    public String toString() {
        return address.value().indexOf(':') < 0 ? address + ":" + port : "[" + address + "]:" + port;
    }
}
