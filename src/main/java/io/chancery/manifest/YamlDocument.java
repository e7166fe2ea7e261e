package io.chancery.manifest;

import tools.jackson.databind.JsonNode;

/**
 * One of the documents in a text.
 *
 * @param line where it begins, from 1
 * @param content what it says, as JSON has it
 */
public record YamlDocument(int line, JsonNode content) {}
