package io.chancery;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.documentation.MarkdownTable;
import io.chancery.documentation.RunningServer;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.annotation.AnnotationUtils;

@RunningServer
class ConfigurationDocumentTest {

    @Autowired
    private ConfigurableListableBeanFactory beans;

    @Test
    void theDocumentListsEverySettingWithItsDefault() throws Exception {
        Map<String, String> running = new TreeMap<>(Map.of("chancery.insecure-bind", "false"));
        for (String bean : beans.getBeanNamesForAnnotation(ConfigurationProperties.class)) {
            Class<?> type = beans.getBean(bean).getClass();
            if (type.isRecord() && type.getPackageName().startsWith("io.chancery")) {
                String prefix = String.valueOf(
                        AnnotationUtils.getValue(type.getAnnotation(ConfigurationProperties.class), "prefix"));
                collect(prefix, type, running);
            }
        }

        assertThat(documented()).isEqualTo(running);
    }

    @Test
    void theCheckOfSettingsKnowsWhatTheDocumentLists() throws IOException {
        assertThat(SettingsCheck.settingsOf(beans).names())
                .containsExactlyElementsOf(documented().keySet());
    }

    private static Map<String, String> documented() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        MarkdownTable.rows("configuration.md", "setting").forEach(row -> documented.put(row.get(0), row.get(1)));
        return documented;
    }

    private static void collect(String prefix, Class<?> type, Map<String, String> settings) throws Exception {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
        }
        var parameters = type.getDeclaredConstructor(types).getParameters();
        for (int i = 0; i < components.length; i++) {
            String name = prefix
                    + '.'
                    + components[i].getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (types[i].isRecord()) {
                collect(name, types[i], settings);
            } else {
                DefaultValue value = parameters[i].getAnnotation(DefaultValue.class);
                settings.put(name, value == null ? "" : String.join(",", value.value()));
            }
        }
    }
}
