package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.chancery.model.Revision;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Lets every change be waited for: reads {@code wait} and {@code timeout} before anything is changed, and adds the receipt to
 * the answer after it was.
 */
@RestControllerAdvice
class ReceiptAdvice implements ResponseBodyAdvice<Object>, HandlerInterceptor {

    private static final String WISH = ReceiptAdvice.class.getName();
    static final Set<String> CHANGES = Set.of("PUT", "POST", "PATCH", "DELETE");

    private final Receipts receipts;

    ReceiptAdvice(Receipts receipts) {
        this.receipts = receipts;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (CHANGES.contains(request.getMethod())) {
            @Nullable String query = request.getQueryString();
            if (query != null) {
                Receipts.Wish.parse(QueryString.first(query, Receipts.WAIT), QueryString.first(query, Receipts.TIMEOUT))
                        .ifPresent(wish -> request.setAttribute(WISH, wish));
            }
        }
        return true;
    }

    @Override
    public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converterType) {
        return true;
    }

    @Override
    public @Nullable Object beforeBodyWrite(
            @Nullable Object body,
            MethodParameter returnType,
            MediaType selectedContentType,
            Class<? extends HttpMessageConverter<?>> selectedConverterType,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (!(body instanceof Written written)) {
            return body;
        }
        return wish(request)
                .<Object>map(wish -> new Receipted(written, receipts.await(wish, new Revision(written.revision()))))
                .orElse(body);
    }

    private static Optional<Receipts.Wish> wish(ServerHttpRequest request) {
        return request instanceof ServletServerHttpRequest servlet
                ? Optional.ofNullable(
                        (Receipts.Wish) servlet.getServletRequest().getAttribute(WISH))
                : Optional.empty();
    }

    /** An answer with its receipt. */
    record Receipted(@JsonUnwrapped Written answer, Receipts.Receipt receipt) {}
}
