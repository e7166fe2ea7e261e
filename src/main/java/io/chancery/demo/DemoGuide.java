package io.chancery.demo;

import java.net.URI;

/** What the demo prints: three commands to try, and where to look. */
final class DemoGuide {

    private DemoGuide() {}

    /**
     * The guide with an Envoy in front.
     *
     * @param upstreams how many answer
     * @param endpoint one of them, to take out and put back
     */
    static String withEnvoy(int upstreams, URI envoy, URI admin, URI chancery, String endpoint) {
        return """

                The demo runs: %d sample upstreams behind an Envoy. Try, in another terminal:

                  curl %s/
                      through Envoy to an upstream; repeated, all %d uuids come up
                  curl "%s/edsservice/deregister?endpoint=%s"
                      takes one out: Envoy sends nothing there any more
                  curl "%s/edsservice/register?endpoint=%s"
                      and puts it back

                %s
                  Envoy's admin pages    %s/clusters

                Ctrl-C ends everything.
                """.formatted(
                        upstreams, envoy, upstreams, chancery, endpoint, chancery, endpoint, urls(chancery), admin);
    }

    /** The guide where no Envoy could be had or started. */
    static String withoutEnvoy(int upstreams, String reason, String remedy, URI chancery, String endpoint) {
        return """

                The demo runs without an Envoy: %s.
                To have one: %s.
                %d sample upstreams are registered all the same. Try, in another terminal:

                  curl http://%s/
                      straight to one of them
                  curl "%s/edsservice/deregister?endpoint=%s"
                      takes it out
                  curl "%s/edsservice/register?endpoint=%s"
                      and puts it back

                %s

                Ctrl-C ends everything.
                """.formatted(
                        reason, remedy, upstreams, endpoint, chancery, endpoint, chancery, endpoint, urls(chancery));
    }

    private static String urls(URI chancery) {
        return String.join(
                "\n",
                "  Who is registered      " + chancery + "/v1/services/myservice/endpoints",
                "  The HTTP API           " + chancery + "/v3/api-docs",
                "  Health and meters      " + chancery + "/actuator/health  " + chancery + "/actuator/prometheus");
    }
}
