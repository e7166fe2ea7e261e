package io.chancery.rest;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;

/** Lets a request in if its path means what it says and its body is of bearable size. */
final class RequestGate extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private static final String VERSIONED = "/v1/";

    /** What the server leaves as it is, and what is part of no name but a customer's. */
    private static final Pattern ESCAPED_SLASH = Pattern.compile("%(?:2F|5C)", Pattern.CASE_INSENSITIVE);

    private final long maxBody;
    private final long maxBatchBody;

    RequestGate(long maxBody, long maxBatchBody) {
        this.maxBody = maxBody;
        this.maxBatchBody = maxBatchBody;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = request.getRequestURI();
        if (path.indexOf(';') >= 0) {
            // Spring would cut the name off there and use what is left of it.
            refuse(
                    response,
                    new Refusal(Problem.MALFORMED_REQUEST.withDetail("The path must not contain a semicolon")));
            return;
        }
        if (ESCAPED_SLASH.matcher(path).find() && !path.startsWith(ShuffleShardController.PATH + '/')) {
            refuse(
                    response,
                    new Refusal(Problem.MALFORMED_REQUEST.withDetail(
                            "The path must not contain an escaped slash or backslash, but in the id of a customer")));
            return;
        }
        boolean batch = path.equals(RegistrationsController.PATH) || path.equals(ApplyController.PATH);
        long limit = batch ? maxBatchBody : maxBody;
        long length = request.getContentLengthLong();
        if (length > limit) {
            refuse(response, new Refusal(JsonFaults.tooLarge(new BodyTooLargeException(limit))));
        } else if (length < 0 && request.getHeader("Transfer-Encoding") != null) {
            chain.doFilter(new LimitedRequest(request, limit), new UndisposedResponse(response));
        } else {
            chain.doFilter(request, path.startsWith(VERSIONED) ? new UndisposedResponse(response) : response);
        }
    }

    private static void refuse(HttpServletResponse response, Refusal refusal) throws IOException {
        ProblemWriter.write(response, refusal);
    }

    /**
     * A response without {@code Content-Disposition}: Spring takes what follows a dot in an endpoint's id for the type of
     * a file, and would have a browser save it as {@code f.txt}.
     */
    private static final class UndisposedResponse extends HttpServletResponseWrapper {

        UndisposedResponse(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void addHeader(String name, String value) {
            if (!name.equalsIgnoreCase(HttpHeaders.CONTENT_DISPOSITION)) {
                super.addHeader(name, value);
            }
        }
    }

    /** A request whose length is not known beforehand; it is counted as it is read. */
    private static final class LimitedRequest extends HttpServletRequestWrapper {

        private final long limit;

        LimitedRequest(HttpServletRequest request, long limit) {
            super(request);
            this.limit = limit;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            return new LimitedStream(super.getInputStream(), limit);
        }
    }

    private static final class LimitedStream extends ServletInputStream {

        private final ServletInputStream body;
        private final long limit;
        private long read;

        LimitedStream(ServletInputStream body, long limit) {
            this.body = body;
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int value = body.read();
            if (value >= 0) {
                count(1);
            }
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = body.read(bytes, offset, length);
            if (count > 0) {
                count(count);
            }
            return count;
        }

        private void count(int bytes) throws IOException {
            read += bytes;
            if (read > limit) {
                throw new BodyTooLargeException(limit);
            }
        }

        @Override
        public boolean isFinished() {
            return body.isFinished();
        }

        @Override
        public boolean isReady() {
            return body.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            body.setReadListener(listener);
        }
    }
}
