package io.chancery.redis;

import io.chancery.manifest.spec.HostName;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of one Sentinel.
 *
 * @param named the address that it takes for the master's; empty where it does not answer
 * @param epoch of its configuration
 * @param reason why it does not answer, for people; empty where it does, or was not asked yet
 */
public record SentinelView(HostName sentinel, Optional<String> named, OptionalLong epoch, String reason) {}
