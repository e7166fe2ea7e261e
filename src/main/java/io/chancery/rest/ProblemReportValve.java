package io.chancery.rest;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests that are so malformed that they never reach a servlet, where Tomcat would answer in HTML. */
public final class ProblemReportValve extends ErrorReportValve {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemReportValve.class);

    @Override
    protected void report(Request request, Response response, @Nullable Throwable thrown) {
        // Tomcat asks for a report of every answer; only errors without a body are left to report.
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        try {
            ProblemWriter.write(response.getResponse(), new Refusal(Refusal.ofStatus(response.getStatus())));
            response.finishResponse();
        } catch (IOException e) {
            LOG.debug("The client left before it was told what was wrong with its request", e);
        }
    }
}
