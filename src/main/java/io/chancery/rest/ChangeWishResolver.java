package io.chancery.rest;

import io.chancery.manifest.ApplyOptions;
import io.chancery.manifest.ApplyOptions.References;
import io.chancery.manifest.LabelMatch;
import io.chancery.model.InvalidValueException;
import io.chancery.preview.PreviewResult.Depth;
import io.chancery.registry.Precondition;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Reads what several controllers take beside their documents. */
final class ChangeWishResolver implements HandlerMethodArgumentResolver {

    static final String AUTHOR = "X-Author";
    static final String REASON = "X-Reason";
    static final String FORCE = "force";
    static final String DRY_RUN = "dryRun";
    static final String DEEP = "deep";
    static final String PRUNE = "prune";

    static final String NOBODY = "anonymous";

    /** Whether something is asked for. */
    private enum Wanted {
        YES,
        NO
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType().equals(ChangeWish.class);
    }

    @Override
    public ChangeWish resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        Wanted dry = wanted(request, DRY_RUN);
        Wanted deep = wanted(request, DEEP);
        if (deep == Wanted.YES && dry == Wanted.NO) {
            throw new InvalidValueException(DEEP, "must be given together with dryRun=true");
        }
        Optional<Depth> depth =
                dry == Wanted.NO ? Optional.empty() : Optional.of(deep == Wanted.YES ? Depth.ENVOY : Depth.RESOURCES);
        return new ChangeWish(options(request), precondition(parameter, request), depth);
    }

    /** A list of changes has its conditions in its documents; an order to a rollout is about one manifest. */
    private static Precondition precondition(MethodParameter parameter, NativeWebRequest request) {
        return http(request).getMethod().equals("POST")
                        && !parameter.getContainingClass().equals(ShardRolloutController.class)
                ? Precondition.NONE
                : ETags.precondition(
                        request.getHeader(HttpHeaders.IF_MATCH), request.getHeader(HttpHeaders.IF_NONE_MATCH));
    }

    private static HttpServletRequest http(NativeWebRequest request) {
        return Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class));
    }

    private static ApplyOptions options(NativeWebRequest request) {
        @Nullable String author = header(request, AUTHOR);
        @Nullable String reason = header(request, REASON);
        try {
            ApplyOptions options = new ApplyOptions(
                    author == null ? NOBODY : author,
                    reason == null ? "" : reason.strip(),
                    wanted(request, FORCE) == Wanted.YES ? References.UNCHECKED : References.CHECKED,
                    Optional.empty());
            return prune(request).map(options::pruning).orElse(options);
        } catch (InvalidValueException e) {
            throw switch (e.field()) {
                case "author" -> new InvalidValueException(AUTHOR, e.reason());
                case "reason" -> new InvalidValueException(REASON, e.reason());
                default -> e;
            };
        }
    }

    /** Text as people write it today: the server reads headers as ISO-8859-1, and clients write UTF-8. */
    private static @Nullable String header(NativeWebRequest request, String name) {
        @Nullable String value = request.getHeader(name);
        if (value == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return value;
        }
    }

    private static Optional<LabelMatch> prune(NativeWebRequest request) {
        @Nullable String label = request.getParameter(PRUNE);
        if (label == null) {
            return Optional.empty();
        }
        if (!http(request).getRequestURI().equals(ApplyController.PATH)) {
            throw new InvalidValueException(PRUNE, "must be left out here; POST " + ApplyController.PATH + " takes it");
        }
        try {
            return Optional.of(LabelMatch.parse(label));
        } catch (InvalidValueException e) {
            throw new InvalidValueException(PRUNE, e.reason());
        }
    }

    private static Wanted wanted(NativeWebRequest request, String name) {
        @Nullable String value = request.getParameter(name);
        return switch (value) {
            case null -> Wanted.NO;
            case "false" -> Wanted.NO;
            case "true" -> Wanted.YES;
            default -> throw new InvalidValueException(name, "must be true or false");
        };
    }
}
