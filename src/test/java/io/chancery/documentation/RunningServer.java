package io.chancery.documentation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;

/** A test of the whole server, on free ports, with a store that forgets; such tests share one server. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "chancery.xds.port=0",
            "chancery.store=memory",
            "management.prometheus.metrics.export.enabled=true"
        })
public @interface RunningServer {}
