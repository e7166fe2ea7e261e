package io.chancery;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the control plane: the REST port, the xDS port, and the store behind both. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ChanceryApplication {

    public static void main(String[] args) {
        SpringApplication.run(ChanceryApplication.class, args);
    }
}
