package io.chancery.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.chancery.ChanceryApplication;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/** The rules of docs/architecture.md that a machine can check. */
class ArchitectureTest {

    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackagesOf(ChanceryApplication.class);

    @Test
    void modulesDependOnlyOnWhatTheyDeclare() {
        ApplicationModules.of(ChanceryApplication.class).verify();
    }

    @Test
    void modelDependsOnTheJdkOnly() {
        noClasses()
                .that()
                .resideInAPackage("..chancery.model..")
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "..chancery.model..", "org.jspecify..")
                .check(PRODUCTION);
    }

    @Test
    void springStaysInTheWiring() {
        noClasses()
                .that()
                .resideInAnyPackage("..chancery.registry..", "..chancery.healthcheck..")
                .and()
                .haveSimpleNameNotEndingWith("Configuration")
                .and()
                .haveSimpleNameNotEndingWith("Properties")
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..")
                .check(PRODUCTION);
    }

    @Test
    void controllersAndConfigurationsAreNotPublic() {
        classes()
                .that()
                .haveSimpleNameEndingWith("Controller")
                .or()
                .haveSimpleNameEndingWith("Configuration")
                .should()
                .bePackagePrivate()
                .check(PRODUCTION);
    }

    @Test
    void timeComesFromAnInjectedClock() {
        noClasses()
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(PRODUCTION);
    }
}
