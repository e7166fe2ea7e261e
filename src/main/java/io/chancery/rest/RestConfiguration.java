package io.chancery.rest;

import io.chancery.manifest.ManifestRegistry;
import io.chancery.preview.Preview;
import io.chancery.registry.EndpointRegistry;
import io.chancery.xds.ClientStreams;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import java.util.List;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.RequestContextFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

@Configuration(proxyBeanMethods = false)
class RestConfiguration {

    @Bean
    FilterRegistrationBean<RequestTimer> requestTimer(MeterRegistry meters) {
        return first(new RequestTimer(new RestMetrics(meters)), 0);
    }

    @Bean
    FilterRegistrationBean<RequestGate> requestGate(RestProperties properties) {
        return first(
                new RequestGate(
                        properties.maxBody().toBytes(),
                        properties.maxBatchBody().toBytes()),
                1);
    }

    private static <T extends Filter> FilterRegistrationBean<T> first(T filter, int place) {
        FilterRegistrationBean<T> registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + place);
        return registration;
    }

    /** Spring MVC does the same for itself, and nothing else here needs it. */
    @Bean
    FilterRegistrationBean<RequestContextFilter> noRequestContextFilter() {
        FilterRegistrationBean<RequestContextFilter> registration =
                new FilterRegistrationBean<>(new RequestContextFilter());
        registration.setEnabled(false);
        return registration;
    }

    @Bean
    ServletRegistrationBean<EdsServiceServlet> edsServiceServlet(EndpointRegistry registry, Receipts receipts) {
        ServletRegistrationBean<EdsServiceServlet> registration =
                new ServletRegistrationBean<>(new EdsServiceServlet(registry, receipts), EdsServiceServlet.PATH + "/*");
        registration.setLoadOnStartup(1);
        return registration;
    }

    @Bean
    Receipts receipts(ClientStreams streams) {
        return new Receipts(streams);
    }

    @Bean
    WebMvcConfigurer changesCanBeWaitedForAndTried(ReceiptAdvice advice) {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new ChangeWishResolver());
            }

            @Override
            public void addInterceptors(InterceptorRegistry interceptors) {
                interceptors.addInterceptor(advice).addPathPatterns("/v1/**");
            }
        };
    }

    @Bean
    MergePatch mergePatch(JsonMapper json) {
        return new MergePatch(json);
    }

    @Bean
    ManifestWriter manifestWriter(ManifestRegistry registry, Preview preview) {
        return new ManifestWriter(registry, preview);
    }

    @Bean
    ManifestEditor manifestEditor(ManifestRegistry registry, ManifestWriter writer) {
        return new ManifestEditor(registry, writer);
    }

    @Bean
    RuntimeWriter runtimeWriter(ManifestRegistry registry, ManifestEditor editor) {
        return new RuntimeWriter(registry, editor);
    }

    @Bean
    DocumentBodies documentBodies(JsonMapper json) {
        return new DocumentBodies(json);
    }

    /** Whatever a client did not mean is refused, not guessed: a port in quotes, a weight of 1.5, a misspelt field. */
    @Bean
    JsonMapperBuilderCustomizer strictJson() {
        return builder -> builder.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(LogicalType.Textual, text -> {
                    for (CoercionInputShape shape : new CoercionInputShape[] {
                        CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean
                    }) {
                        text.setCoercion(shape, CoercionAction.Fail);
                    }
                });
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemsForMalformedRequests() {
        return factory -> factory.addContextCustomizers(context -> {
            StandardHost host = (StandardHost) context.getParent();
            host.setErrorReportValveClass(ProblemReportValve.class.getName());
        });
    }
}
