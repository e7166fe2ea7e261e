package io.chancery.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceReaderTest {

    @TempDir
    private Path folder;

    @Test
    void ofAFolderTheManifestsAreReadAndWhatIsHiddenOrOtherwiseIsNot() throws IOException {
        Files.writeString(folder.resolve("a.yaml"), "a");
        Files.writeString(folder.resolve("b.yml"), "b");
        Files.writeString(folder.resolve("c.json"), "c");
        Files.writeString(folder.resolve(".d.yaml"), "editor's");
        Files.writeString(folder.resolve("e.yaml~"), "editor's");
        Files.writeString(folder.resolve("README.md"), "text");
        Files.createDirectory(folder.resolve("f.yaml"));

        assertThat(new SourceReader(folder).read().files())
                .containsOnlyKeys("a.yaml", "b.yml", "c.json")
                .containsEntry("a.yaml", new FileText.Loaded("a"));
    }

    @Test
    void aFileMayHaveAnyName() throws IOException {
        Path file = Files.writeString(folder.resolve("chancery.conf"), "a");

        assertThat(new SourceReader(file).read()).isEqualTo(SourceContent.of(new FileText.Loaded("a")));
    }

    @Test
    void linksAreFollowedAsKubernetesMakesThem() throws IOException {
        Path first = Files.createDirectory(folder.resolve("..2026_01"));
        Files.writeString(first.resolve("a.yaml"), "old");
        Path second = Files.createDirectory(folder.resolve("..2026_02"));
        Files.writeString(second.resolve("a.yaml"), "new");
        Path data = Files.createSymbolicLink(folder.resolve("..data"), first.getFileName());
        Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("..data", "a.yaml"));
        SourceReader reader = new SourceReader(folder);
        assertThat(reader.read().files()).containsOnlyKeys("a.yaml").containsValue(new FileText.Loaded("old"));

        Files.delete(data);
        Files.createSymbolicLink(data, second.getFileName());

        assertThat(reader.read().files()).containsOnlyKeys("a.yaml").containsValue(new FileText.Loaded("new"));
    }

    @Test
    void whatCannotBeReadSaysWhy() throws IOException {
        assertThat(new SourceReader(folder.resolve("gone.yaml")).read())
                .isEqualTo(SourceContent.unreadable("does not exist"));

        Path bytes = Files.write(folder.resolve("a.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(new SourceReader(bytes).read()).isEqualTo(SourceContent.unreadable("is not text in UTF-8"));
        assertThat(new SourceReader(folder).read().files())
                .containsEntry("a.yaml", new FileText.Unreadable("is not text in UTF-8"));

        Files.createSymbolicLink(folder.resolve("b.yaml"), folder.resolve("nowhere"));
        assertThat(new SourceReader(folder).read().files())
                .containsEntry("b.yaml", new FileText.Unreadable("does not exist"));
    }

    @Test
    void whatIsTooLargeIsNotRead() throws IOException {
        Path file = folder.resolve("a.yaml");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(SourceReader.MAX_BYTES + 1);
        }

        assertThat(new SourceReader(file).read().files().get(""))
                .isInstanceOfSatisfying(
                        FileText.Unreadable.class,
                        text -> assertThat(text.reason()).contains("too large"));
    }

    @Test
    void aNameThatCannotBeShownIsRefused() throws IOException {
        Files.writeString(folder.resolve("a\nb.yaml"), "a");

        assertThat(new SourceReader(folder).read())
                .isEqualTo(SourceContent.unreadable("has a file with a control character in its name"));
    }
}
