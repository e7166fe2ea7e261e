package io.chancery.rest;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Puts a refusal on the wire; the same bytes wherever in the server it was decided. */
final class ProblemWriter {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ProblemWriter() {}

    /** Does nothing where an answer is already on its way. */
    static void write(HttpServletResponse response, Refusal refusal) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        ProblemDetail problem = refusal.problem();
        byte[] body = JSON.writeValueAsBytes(toJson(problem));
        response.resetBuffer();
        response.setStatus(problem.getStatus());
        refusal.headers().forEach(response::setHeader);
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static ObjectNode toJson(ProblemDetail problem) {
        ObjectNode json = JSON.createObjectNode();
        json.put("type", String.valueOf(problem.getType()));
        json.put("title", problem.getTitle());
        json.put("status", problem.getStatus());
        json.put("detail", problem.getDetail());
        @Nullable Map<String, Object> properties = problem.getProperties();
        if (properties != null) {
            properties.forEach(json::putPOJO);
        }
        return json;
    }
}
