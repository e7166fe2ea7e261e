package io.chancery.rest;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/** Turns whatever is thrown while a request is handled, by whomever, into a problem. */
@RestControllerAdvice
class ProblemHandler {

    @ExceptionHandler
    void refuse(Exception thrown, HttpServletResponse response) throws IOException {
        ProblemWriter.write(response, Refusal.of(thrown));
    }

    /** The client has gone, so there is nobody to answer. */
    @ExceptionHandler
    void nobodyListens(AsyncRequestNotUsableException thrown) {}
}
