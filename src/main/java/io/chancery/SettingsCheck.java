package io.chancery;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Stops the start at a setting under {@code chancery.} that does not exist: a misspelt limit or address must not pass for
 * one that is set. Looks before anything is opened.
 */
final class SettingsCheck implements BeanFactoryPostProcessor {

    private static final String ROOT = "chancery";

    private final ConfigurableEnvironment environment;

    SettingsCheck(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        check(settingsOf(beans));
    }

    /** Collects what the records of settings have. */
    static Settings settingsOf(ConfigurableListableBeanFactory beans) {
        Settings settings = new Settings();
        // Read before there are beans, by the module that guards the ports.
        settings.add("chancery.insecure-bind");
        for (String bean : beans.getBeanNamesForAnnotation(ConfigurationProperties.class)) {
            @Nullable Class<?> type = beans.getType(bean, false);
            if (type != null && type.isRecord()) {
                String prefix = MergedAnnotations.from(type)
                        .get(ConfigurationProperties.class)
                        .getString("prefix");
                if (prefix.equals(ROOT) || prefix.startsWith(Settings.PREFIX)) {
                    settings.addAll(prefix, type);
                }
            }
        }
        return settings;
    }

    private void check(Settings settings) {
        List<String> faults = new ArrayList<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                boolean variables =
                        source.getName().startsWith(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
                for (String key : enumerable.getPropertyNames()) {
                    boolean known = variables
                            ? settings.knowsVariable(key)
                            : !key.startsWith(Settings.PREFIX) || settings.knows(key);
                    if (!known) {
                        faults.add(fault(settings, key, source.getName()));
                    }
                }
            }
        }
        if (!faults.isEmpty()) {
            throw new UnknownSettingException(faults);
        }
    }

    private static String fault(Settings settings, String key, String source) {
        return "There is no setting " + key + " (from " + source + ")"
                + settings.nearest(key)
                        .map(name -> "; did you mean " + name + "?")
                        .orElse(".");
    }
}
