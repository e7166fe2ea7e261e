package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.InvalidValueException;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.TransactionTooLargeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.server.ResponseStatusException;

@ExtendWith(OutputCaptureExtension.class)
class RefusalTest {

    @Test
    void aStoreThatCannotWriteIsQuotedAndSaysWhenToTryAgain() throws Exception {
        MockHttpServletResponse response = written(new StoreUnavailableException("The disk is full; free some space"));

        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getHeader("Retry-After")).isEqualTo("1");
        assertThat(response.getContentType()).isEqualTo("application/problem+json");
        assertThat(response.getContentAsString())
                .contains("urn:chancery:problem:store-unavailable", "The disk is full; free some space");
    }

    @Test
    void aTransactionBeyondTheStoresLimitIsRefusedWithTheLimit() throws Exception {
        MockHttpServletResponse response = written(new TransactionTooLargeException("at most 128 operations"));

        assertThat(response.getStatus()).isEqualTo(413);
        assertThat(response.getContentAsString())
                .contains("urn:chancery:problem:transaction-too-large", "at most 128 operations");
    }

    @Test
    void aBadValueIsNamed() throws Exception {
        assertThat(written(new InvalidValueException("weight", "must be 1..65535"))
                        .getContentAsString())
                .contains("\"field\":\"weight\"", "weight must be 1..65535");
    }

    @Test
    void theMethodsThatAreTakenAreListed() throws Exception {
        assertThat(written(new HttpRequestMethodNotSupportedException("PUT", List.of("POST", "GET")))
                        .getHeader("Allow"))
                .isEqualTo("GET, POST");
    }

    @Test
    void whatSpringRefusesKeepsItsStatus() throws Exception {
        assertThat(written(new ResponseStatusException(HttpStatus.UNSUPPORTED_MEDIA_TYPE))
                        .getStatus())
                .isEqualTo(415);
    }

    @Test
    void aFaultOfOursIsLoggedAndNotTold(CapturedOutput output) throws Exception {
        MockHttpServletResponse response = written(new IllegalStateException("secret of the house"));

        assertThat(response.getStatus()).isEqualTo(500);
        assertThat(response.getContentAsString())
                .contains("urn:chancery:problem:internal-fault")
                .doesNotContain("secret");
        assertThat(output).contains("secret of the house");
    }

    @Test
    void anAnswerThatIsOnItsWayIsLeftAlone() throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        response.getOutputStream().print("begun");
        response.flushBuffer();

        ProblemWriter.write(response, Refusal.of(new IllegalStateException("too late")));

        assertThat(response.getContentAsString()).isEqualTo("begun");
        assertThat(response.getStatus()).isEqualTo(200);
    }

    private static MockHttpServletResponse written(Exception thrown) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        ProblemWriter.write(response, Refusal.of(thrown));
        return response;
    }
}
