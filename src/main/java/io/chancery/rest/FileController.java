package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.files.FileFault;
import io.chancery.files.FileSources;
import io.chancery.files.FileStatus;
import io.chancery.manifest.ManifestKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The watched files: what they declare, and what is wrong with them. */
@RestController
@RequestMapping(path = "/v1/files", produces = MediaType.APPLICATION_JSON_VALUE)
class FileController {

    private final FileSources sources;

    FileController(FileSources sources) {
        this.sources = sources;
    }

    @GetMapping
    @Answers(problems = Problem.INVALID_VALUE)
    FilePage list(
            @RequestParam(defaultValue = "100") int limit, @RequestParam(required = false) @Nullable String after) {
        Page<FileAnswer> page = Page.of(sources.files(), after, limit, FileAnswer::of);
        return new FilePage(page.items(), page.next());
    }

    /**
     * A watched file.
     *
     * @param file its path, as far as it was configured
     * @param state good, held or faulty
     * @param manifests those in force that it declares, by kind and name
     * @param lastGood when what it then said was put in force; absent if that was not since the process started
     * @param faults what is wrong with what it says now
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FileAnswer(
            String file,
            String state,
            List<String> manifests,
            @Nullable String lastGood,
            List<FileFaultAnswer> faults) {

        static FileAnswer of(FileStatus status) {
            return new FileAnswer(
                    status.file().toString(),
                    NodeController.nameOf(status.state()),
                    status.manifests().stream().map(ManifestKey::toString).toList(),
                    status.lastGood().map(Instant::toString).orElse(null),
                    status.faults().stream().map(FileFaultAnswer::of).toList());
        }
    }

    /**
     * Something that is wrong with a file.
     *
     * @param line where the document that it is about begins, or where the text cannot be read; absent where it is about
     *     the file as a whole
     * @param field the place in the document; absent where it is about the document as a whole
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FileFaultAnswer(@Nullable Integer line, @Nullable String field, String reason) {

        static FileFaultAnswer of(FileFault fault) {
            return new FileFaultAnswer(
                    fault.line() == 0 ? null : fault.line(),
                    fault.field().isEmpty() ? null : fault.field(),
                    fault.reason());
        }
    }

    /**
     * A part of the watched files, by path.
     *
     * @param next absent on the last page; otherwise what to give as {@code after} for the next
     */
    record FilePage(
            List<FileAnswer> files,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}
}
