package io.chancery.rest;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.web.method.HandlerMethod;

/** Makes {@code /v3/api-docs} say what {@link Answers} does. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private static final String PROBLEM = "Problem";

    @Bean
    OpenAPI openApi(ObjectProvider<BuildProperties> build) {
        @Nullable BuildProperties properties = build.getIfAvailable();
        OpenAPI api = new OpenAPI()
                .info(new Info()
                        .title("Chancery")
                        .description("The control plane for Envoys without a mesh: curl in, xDS out.")
                        .version(properties == null ? "development" : properties.getVersion())
                        .license(new License().name("Apache-2.0")));
        return api.schema(PROBLEM, problemSchema());
    }

    @Bean
    OperationCustomizer answersAsDeclared() {
        return (operation, method) -> {
            @Nullable Answers answers = method.getMethodAnnotation(Answers.class);
            return answers == null ? operation : declared(operation, answers, method);
        };
    }

    private static Operation declared(Operation operation, Answers answers, HandlerMethod method) {
        @Nullable ApiResponse ok = operation.getResponses().get("200");
        Content content = ok == null || ok.getContent() == null ? new Content() : ok.getContent();
        if (method.getBeanType() == EdsServiceController.class) {
            content = new Content().addMediaType("text/plain", new MediaType().schema(new StringSchema()));
        }
        ApiResponses responses = new ApiResponses();
        for (int status : answers.statuses()) {
            ApiResponse response =
                    new ApiResponse().description(HttpStatus.valueOf(status).getReasonPhrase());
            responses.addApiResponse(Integer.toString(status), status < 300 ? response.content(content) : response);
        }
        Map<Integer, List<Problem>> byStatus = Arrays.stream(answers.problems())
                .sorted(Comparator.comparing(Problem::slug))
                .collect(Collectors.groupingBy(problem -> problem.status().value(), TreeMap::new, Collectors.toList()));
        byStatus.forEach((status, problems) -> responses.addApiResponse(
                Integer.toString(status),
                new ApiResponse()
                        .description(problems.stream()
                                .map(problem -> problem.title() + " (" + problem.slug() + ")")
                                .collect(Collectors.joining("; ")))
                        .content(new Content()
                                .addMediaType(
                                        "application/problem+json",
                                        new MediaType().schema(new Schema<>().$ref(PROBLEM))))));
        operation.setResponses(responses);
        return operation;
    }

    private static Schema<?> problemSchema() {
        ObjectSchema problem = new ObjectSchema();
        problem.description("RFC 9457; docs/problems.md has a section for each type")
                .addProperty("type", new StringSchema().example("urn:chancery:problem:invalid-value"))
                .addProperty("title", new StringSchema())
                .addProperty("status", new IntegerSchema())
                .addProperty("detail", new StringSchema().description("for people; may change freely"))
                .addProperty("field", new StringSchema().description("the part of the request that is at fault"));
        problem.setRequired(List.of("type", "title", "status", "detail"));
        return problem;
    }
}
