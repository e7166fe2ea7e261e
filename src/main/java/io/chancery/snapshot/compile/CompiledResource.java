package io.chancery.snapshot.compile;

import com.google.protobuf.Message;
import io.chancery.model.ResourceType;

/**
 * One resource that a manifest amounts to.
 *
 * @param name under which nodes subscribe to it
 * @param message of the type, with its name in it
 */
public record CompiledResource(ResourceType type, String name, Message message) {}
