package io.chancery.rest;

import io.chancery.bootstrap.AdminAddress;
import io.chancery.bootstrap.BootstrapDefaults;
import io.chancery.bootstrap.EnvoyFile;
import io.chancery.bootstrap.EnvoyIdentity;
import io.chancery.bootstrap.NodeLayers;
import io.chancery.bootstrap.RuntimeFallback;
import io.chancery.bootstrap.RuntimeLayers;
import io.chancery.bootstrap.XdsAddress;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Locality;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The file that an Envoy is started with. */
@RestController
@RequestMapping("/v1/bootstrap")
class BootstrapController {

    private static final String NODE = "node";
    private static final String CLUSTER = "cluster";
    private static final String XDS = "xds";
    private static final String ADMIN = "admin";
    private static final String LAYERS = "layers";
    private static final String REGION = "region";
    private static final String ZONE = "zone";
    private static final String SUB_ZONE = "subZone";
    private static final Set<String> PARAMETERS = Set.of(NODE, CLUSTER, XDS, ADMIN, LAYERS, REGION, ZONE, SUB_ZONE);

    private final BootstrapDefaults defaults;
    private final ManifestRegistry manifests;

    BootstrapController(BootstrapDefaults defaults, ManifestRegistry manifests) {
        this.defaults = defaults;
        this.manifests = manifests;
    }

    /** Writes the file for one node. */
    @GetMapping(produces = "application/yaml")
    @Parameter(name = NODE, in = ParameterIn.QUERY, required = true, description = "the node's id")
    @Parameter(name = CLUSTER, in = ParameterIn.QUERY, description = "the node's cluster; default if absent")
    @Parameter(name = XDS, in = ParameterIn.QUERY, description = "HOST:PORT of xDS")
    @Parameter(name = ADMIN, in = ParameterIn.QUERY, description = "IP:PORT; 127.0.0.1:9901 if absent")
    @Parameter(
            name = LAYERS,
            in = ParameterIn.QUERY,
            description = "runtime layers, with commas between; those for the node if absent")
    @Parameter(name = REGION, in = ParameterIn.QUERY, description = "the node's region")
    @Parameter(name = ZONE, in = ParameterIn.QUERY, description = "the node's zone")
    @Parameter(name = SUB_ZONE, in = ParameterIn.QUERY, description = "the node's sub-zone")
    @Answers(problems = Problem.INVALID_VALUE)
    String bootstrap(@Parameter(hidden = true) HttpServletRequest request) {
        for (String name : new TreeSet<>(request.getParameterMap().keySet())) {
            if (!PARAMETERS.contains(name)) {
                throw new InvalidValueException(
                        "query",
                        "has a parameter that does not exist; there are "
                                + String.join(", ", new TreeSet<>(PARAMETERS)));
            }
        }
        @Nullable String xds = request.getParameter(XDS);
        @Nullable String admin = request.getParameter(ADMIN);
        EnvoyIdentity identity =
                new EnvoyIdentity(text(request, NODE, ""), text(request, CLUSTER, "default"), locality(request));
        NodeLayers known = NodeLayers.of(manifests.view(), identity);
        @Nullable String named = request.getParameter(LAYERS);
        RuntimeLayers layers = named == null ? RuntimeLayers.of(known) : RuntimeLayers.parse(named);
        return new EnvoyFile(
                        identity,
                        xds == null ? defaults.xds(request.getServerName()) : XdsAddress.parse(xds),
                        admin == null ? AdminAddress.LOOPBACK : AdminAddress.parse(admin),
                        layers,
                        RuntimeFallback.of(known, layers))
                .toYaml();
    }

    private static Locality locality(HttpServletRequest request) {
        try {
            return new Locality(text(request, REGION, ""), text(request, ZONE, ""), text(request, SUB_ZONE, ""));
        } catch (InvalidValueException e) {
            throw new InvalidValueException(e.field().substring(e.field().indexOf('.') + 1), e.reason());
        }
    }

    private static String text(HttpServletRequest request, String parameter, String otherwise) {
        @Nullable String text = request.getParameter(parameter);
        return text == null ? otherwise : text;
    }
}
