package io.chancery.snapshot.compile;

import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import io.chancery.manifest.spec.JwtProvider;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementOrList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.List;

/** The filter that verifies tokens, and leaves what they say behind. Pure functions. */
final class JwtFilter {

    private JwtFilter() {}

    /** A request passes without a token; with one that is not right it is answered with 401. */
    static HttpFilter of(List<JwtProvider> providers) {
        JwtAuthentication.Builder settings = JwtAuthentication.newBuilder();
        JwtRequirementOrList.Builder any = JwtRequirementOrList.newBuilder();
        for (JwtProvider provider : providers) {
            io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider.Builder one =
                    io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider.newBuilder()
                            .addAllAudiences(provider.audiences())
                            .setLocalJwks(DataSource.newBuilder().setInlineString(provider.jwks()))
                            .setPayloadInMetadata(provider.name())
                            .setForward(true);
            provider.issuer().ifPresent(one::setIssuer);
            settings.putProviders(provider.name(), one.build());
            any.addRequirements(JwtRequirement.newBuilder().setProviderName(provider.name()));
        }
        any.addRequirements(JwtRequirement.newBuilder().setAllowMissing(Empty.getDefaultInstance()));
        settings.addRules(RequirementRule.newBuilder()
                .setMatch(RouteMatch.newBuilder().setPrefix("/"))
                .setRequires(JwtRequirement.newBuilder().setRequiresAny(any)));
        return HttpFilter.newBuilder()
                .setName("envoy.filters.http.jwt_authn")
                .setTypedConfig(Any.pack(settings.build()))
                .build();
    }
}
