package io.chancery.redis;

import io.chancery.manifest.ManifestRegistry;
import io.chancery.model.InvalidValueException;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;

/** Declares what the environment lists, every time that the process starts. */
@Profile("redis-demo")
@Configuration(proxyBeanMethods = false)
class RedisDemoConfiguration {

    @Bean
    RedisDemo redisDemo(Environment environment, ManifestRegistry manifests) {
        try {
            RedisDemo demo = new RedisDemo(name -> Optional.ofNullable(environment.getProperty(name)));
            demo.declare(manifests);
            return demo;
        } catch (InvalidValueException e) {
            throw new UnusableListException(e);
        }
    }
}
