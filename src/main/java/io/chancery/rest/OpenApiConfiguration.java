package io.chancery.rest;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.ComposedSchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.QueryParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.RequestMapping;

/** Makes {@code /v3/api-docs} say how each request may end, and what is served by no controller. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private static final String PROBLEM = "Problem";
    private static final String RECEIPT = "Receipt";

    @Bean
    OpenAPI openApi(ObjectProvider<BuildProperties> build) {
        @Nullable BuildProperties properties = build.getIfAvailable();
        OpenAPI api = new OpenAPI()
                .info(new Info()
                        .title("Chancery")
                        .description("The control plane for Envoys without a mesh: curl in, xDS out.")
                        .version(properties == null ? "development" : properties.getVersion())
                        .license(new License().name("Apache-2.0")));
        SpecSchemas.all().forEach(api::schema);
        return api.schema(PROBLEM, problemSchema()).schema(RECEIPT, receiptSchema());
    }

    @Bean
    OperationCustomizer answersAsDeclared() {
        return (operation, method) -> {
            @Nullable Answers answers = method.getMethodAnnotation(Answers.class);
            Operation declared =
                    ChangeParameters.declared(answers == null ? operation : declared(operation, answers), method);
            @Nullable
            RequestMapping mapping =
                    AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), RequestMapping.class);
            boolean changes = mapping != null
                    && Arrays.stream(mapping.method()).anyMatch(verb -> ReceiptAdvice.CHANGES.contains(verb.name()));
            return changes ? withReceipt(waitable(declared)) : declared;
        };
    }

    /** Every change can be waited for, see {@link ReceiptAdvice}. */
    private static Operation withReceipt(Operation operation) {
        operation.getResponses().forEach((status, response) -> {
            if (status.startsWith("2") && response.getContent() != null) {
                response.getContent().values().forEach(OpenApiConfiguration::addReceipt);
            }
        });
        return operation;
    }

    /** The answers of several statuses have one content. */
    private static void addReceipt(MediaType type) {
        if (type.getSchema().getAllOf() == null) {
            type.setSchema(new ComposedSchema()
                    .addAllOfItem(type.getSchema())
                    .addAllOfItem(new ObjectSchema().addProperty("receipt", new Schema<>().$ref(RECEIPT))));
        }
    }

    private static Operation waitable(Operation operation) {
        return operation
                .addParametersItem(new QueryParameter()
                        .name(Receipts.WAIT)
                        .description("acked, or acked:N%: wait until so many of the nodes that the change concerns have"
                                + " acknowledged it; the answer then has a receipt")
                        .schema(new StringSchema()))
                .addParametersItem(new QueryParameter()
                        .name(Receipts.TIMEOUT)
                        .description("for how long to wait at most, 0s to 60s; 2s if absent")
                        .schema(new StringSchema()));
    }

    @Bean
    OpenApiCustomizer plainPaths() {
        return api -> api.path(
                        EdsServiceServlet.PATH + EdsServiceServlet.REGISTER,
                        plain("register", Problem.INVALID_VALUE, Problem.SERVICE_FULL, Problem.STORE_UNAVAILABLE))
                .path(
                        EdsServiceServlet.PATH + EdsServiceServlet.DEREGISTER,
                        plain("deregister", Problem.INVALID_VALUE, Problem.STORE_UNAVAILABLE));
    }

    private static Operation declared(Operation operation, Answers answers) {
        @Nullable ApiResponse ok = operation.getResponses().get("200");
        Content content = ok == null || ok.getContent() == null ? new Content() : ok.getContent();
        ApiResponses responses = new ApiResponses();
        for (int status : answers.statuses()) {
            ApiResponse response =
                    new ApiResponse().description(HttpStatus.valueOf(status).getReasonPhrase());
            responses.addApiResponse(Integer.toString(status), status < 300 ? response.content(content) : response);
        }
        refusals(problems(answers)).forEach(responses::addApiResponse);
        operation.setResponses(responses);
        return operation;
    }

    private static Problem[] problems(Answers answers) {
        return Stream.concat(
                        Arrays.stream(answers.sets()).flatMap(set -> set.problems().stream()),
                        Arrays.stream(answers.problems()))
                .toArray(Problem[]::new);
    }

    private static PathItem plain(String name, Problem... problems) {
        return new PathItem().get(plainOperation(name, problems)).post(plainOperation(name + "ByPost", problems));
    }

    private static Operation plainOperation(String name, Problem... problems) {
        ApiResponses responses = new ApiResponses();
        responses.addApiResponse(
                "200", new ApiResponse().description("OK").content(content("text/plain", new StringSchema())));
        refusals(problems).forEach(responses::addApiResponse);
        return waitable(new Operation())
                .operationId(name)
                .addTagsItem("plain")
                .addParametersItem(new QueryParameter()
                        .name("endpoint")
                        .required(true)
                        .description("IP:PORT, for example 10.0.0.1:8080 or [::1]:8080; the first counts")
                        .schema(new StringSchema()))
                .addParametersItem(new QueryParameter()
                        .name("service")
                        .description("myservice if absent")
                        .schema(new StringSchema()))
                .responses(responses);
    }

    private static Map<String, ApiResponse> refusals(Problem... problems) {
        Map<String, List<Problem>> byStatus = Arrays.stream(problems)
                .sorted(Comparator.comparing(Problem::slug))
                .collect(Collectors.groupingBy(
                        problem -> Integer.toString(problem.status().value())));
        Map<String, ApiResponse> refusals = new TreeMap<>();
        byStatus.forEach((status, own) -> refusals.put(
                status,
                new ApiResponse()
                        .description(own.stream()
                                .map(problem -> problem.title() + " (" + problem.slug() + ")")
                                .collect(Collectors.joining("; ")))
                        .content(content("application/problem+json", new Schema<>().$ref(PROBLEM)))));
        return refusals;
    }

    private static Content content(String type, Schema<?> schema) {
        return new Content().addMediaType(type, new MediaType().schema(schema));
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

    private static Schema<?> receiptSchema() {
        ObjectSchema receipt = new ObjectSchema();
        receipt.description("How far the change has come; only with the parameter wait");
        for (String number : List.of("concerned", "acknowledged", "refused", "waiting", "millis")) {
            receipt.addProperty(number, new IntegerSchema());
        }
        for (String names : List.of("refusers", "waitingFor")) {
            receipt.addProperty(names, new ArraySchema().items(new StringSchema()));
        }
        receipt.addProperty("complete", new BooleanSchema());
        return receipt;
    }
}
