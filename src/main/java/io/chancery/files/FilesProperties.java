package io.chancery.files;

import jakarta.validation.constraints.AssertTrue;
import java.util.HashSet;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings directly under {@code chancery}. Other modules have keys under the same prefix, so this record cannot tell a
 * misspelt key from one of theirs.
 *
 * @param files files with manifests, and folders with such files, that are watched; relative to the working directory
 */
@Validated
@ConfigurationProperties(prefix = "chancery")
record FilesProperties(@DefaultValue List<String> files) {

    FilesProperties {
        files = List.copyOf(files);
    }

    @AssertTrue(message = "chancery.files must be paths, none of them twice and none of them empty")
    boolean isFilesUsable() {
        return new HashSet<>(files).size() == files.size()
                && files.stream()
                        .noneMatch(file -> file.isBlank() || file.chars().anyMatch(Character::isISOControl));
    }
}
