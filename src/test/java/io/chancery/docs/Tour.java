package io.chancery.docs;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The commands of a document that are marked as steps of a tour, and what it says they answer. */
final class Tour {

    private static final Pattern STEP = Pattern.compile("<!-- tour(?:: (?<status>\\d{3}))? -->\\n"
            + "```bash\\n(?<command>curl [^\\n]+)\\n```\\n(?:```\\n(?<answer>[^`]*)\\n```)?");
    private static final Pattern WORD = Pattern.compile("\"(?<double>[^\"]*)\"|'(?<single>[^']*)'|(?<bare>\\S+)");

    private Tour() {}

    /**
     * One step.
     *
     * @param status what the answer's status is to be
     * @param answer the body that the document shows, if it does
     */
    record Step(String command, int status, Optional<String> answer) {

        /** Returns the request that the command makes, sent to another port of this machine. */
        HttpRequest request(URI api) {
            List<String> words = words(command);
            HttpRequest.Builder request = HttpRequest.newBuilder();
            String method = "GET";
            HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();
            for (int i = 1; i < words.size(); i++) {
                switch (words.get(i)) {
                    case "-X" -> method = words.get(++i);
                    case "-d" -> body = HttpRequest.BodyPublishers.ofString(words.get(++i));
                    case "-H" -> {
                        String header = words.get(++i);
                        int colon = header.indexOf(": ");
                        request.header(header.substring(0, colon), header.substring(colon + 2));
                    }
                    case String url
                    when url.startsWith("http://127.0.0.1:5000") ->
                        request.uri(URI.create(url.replace("http://127.0.0.1:5000", api.toString())));
                    case String other -> throw new AssertionError("a tour does not know " + other + " in " + command);
                }
            }
            return request.method(method, body).build();
        }
    }

    static List<Step> steps(String document) {
        return STEP.matcher(document)
                .results()
                .map(step -> new Step(
                        step.group("command"),
                        step.group("status") == null ? 200 : Integer.parseInt(step.group("status")),
                        Optional.ofNullable(step.group("answer"))))
                .toList();
    }

    /** Returns the contents of the document's code blocks of one language. */
    static List<String> fences(String document, String language) {
        return Pattern.compile("(?s)```" + language + "\\n(.*?)\\n```")
                .matcher(document)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        for (MatchResult word : WORD.matcher(command).results().toList()) {
            for (String kind : List.of("double", "single", "bare")) {
                Optional.ofNullable(word.group(kind)).ifPresent(words::add);
            }
        }
        return words;
    }
}
