package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.Resource;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * One open stream with its content.
 *
 * @param types by type, those that are served and that it asked for
 */
public record StreamDetail(StreamStatus status, Map<ResourceType, TypeDetail> types) {

    /**
     * One type's content; resources are sorted by name.
     *
     * @param subscribed names that are subscribed to, without {@code *}
     * @param holds what the client has accepted
     * @param wanted what is in force of what it subscribes to; what waits for another type's answer is in here too
     * @param sent what the response under way brings
     * @param refused on what the last refusal falls, as long as nothing was accepted since
     * @param withheld by name, the version that is held back from those who do not have it
     */
    public record TypeDetail(
            SortedSet<String> subscribed,
            List<Resource> holds,
            List<Resource> wanted,
            List<Resource> sent,
            List<Resource> refused,
            Map<String, String> withheld) {}
}
