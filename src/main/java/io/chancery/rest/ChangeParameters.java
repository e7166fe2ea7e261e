package io.chancery.rest;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.QueryParameter;
import java.util.Arrays;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;

/** What {@link ChangeWishResolver} reads, for the OpenAPI document. */
final class ChangeParameters {

    private ChangeParameters() {}

    /** Adds the parameters to an operation that takes them. */
    static Operation declared(Operation operation, HandlerMethod method) {
        boolean takesWish = Arrays.stream(method.getMethodParameters())
                .anyMatch(parameter -> parameter.getParameterType().equals(ChangeWish.class));
        if (!takesWish) {
            return operation;
        }
        header(operation, ChangeWishResolver.AUTHOR, "who makes the change; anonymous if absent");
        header(operation, ChangeWishResolver.REASON, "why, for the history: at most 500 printable characters");
        flag(
                operation,
                ChangeWishResolver.FORCE,
                "whether to make the change although references or later changes speak against it");
        flag(operation, ChangeWishResolver.DRY_RUN, "whether only to say what the change would come to");
        flag(operation, ChangeWishResolver.DEEP, "with dryRun: whether to ask an Envoy too");
        if (method.getBeanType().equals(ApplyController.class)) {
            operation.addParametersItem(new QueryParameter()
                    .name(ChangeWishResolver.PRUNE)
                    .description("label or label=value: removes the manifests that carry it and are not in the list")
                    .schema(new StringSchema()));
        }
        if (method.getBeanType().equals(ManifestController.class)
                || method.getBeanType().equals(RuntimeController.class)
                || method.getBeanType().equals(ShuffleShardController.class)) {
            header(operation, HttpHeaders.IF_MATCH, "the manifest must be at this revision, or with * exist");
            header(operation, HttpHeaders.IF_NONE_MATCH, "only *: the manifest must not exist");
        }
        if (method.getBeanType().equals(ShardRolloutController.class)) {
            header(operation, HttpHeaders.IF_MATCH, "the manifest must be at this revision");
        }
        return operation;
    }

    private static void header(Operation operation, String name, String description) {
        operation.addParametersItem(
                new HeaderParameter().name(name).description(description).schema(new StringSchema()));
    }

    private static void flag(Operation operation, String name, String description) {
        operation.addParametersItem(
                new QueryParameter().name(name).description(description).schema(new BooleanSchema()));
    }
}
