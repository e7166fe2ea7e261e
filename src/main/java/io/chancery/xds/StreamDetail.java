package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.Resource;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * One open stream with its content.
 *
 * @param subscribed by type, the names that are subscribed to, without {@code *}
 * @param holds by type, what the client has accepted, sorted by name
 * @param wanted by type, what is in force of what it subscribes to, sorted by name; what is held back from it or waits
 *     for another type's answer is in here too
 */
public record StreamDetail(
        StreamStatus status,
        Map<ResourceType, SortedSet<String>> subscribed,
        Map<ResourceType, List<Resource>> holds,
        Map<ResourceType, List<Resource>> wanted) {}
