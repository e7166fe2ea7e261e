package io.chancery.registry;

import io.chancery.model.EndpointId;
import io.chancery.model.ServiceName;
import io.chancery.model.Verdict;

/**
 * What probes found of one endpoint.
 *
 * @param reason why, for people; shown by the API
 * @param flapping whether the verdict is held because it changed too often
 */
public record VerdictReport(
        ServiceName service, EndpointId endpoint, Verdict verdict, String reason, boolean flapping) {}
