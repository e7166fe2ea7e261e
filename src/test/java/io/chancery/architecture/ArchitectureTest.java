package io.chancery.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.chancery.ChanceryApplication;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.modulith.core.ApplicationModules;

/** The rules of docs/architecture.md that a machine can check. */
class ArchitectureTest {

    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackagesOf(ChanceryApplication.class);

    /** Classes that meet Spring, the process or the machine, so that all others need not. */
    private static final String WIRING = ".*(Configuration|Properties|FailureAnalyzer)";

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
                .resideInAnyPackage(
                        "..chancery.store..",
                        "..chancery.registry..",
                        "..chancery.manifest..",
                        "..chancery.snapshot..",
                        "..chancery.xds..",
                        "..chancery.fleet..",
                        "..chancery.vault..",
                        "..chancery.files..",
                        "..chancery.redis..",
                        "..chancery.rollout..",
                        "..chancery.sharding..",
                        "..chancery.bootstrap..",
                        "..chancery.healthcheck..",
                        "..chancery.preview..")
                .and()
                .haveNameNotMatching(WIRING + "(\\$.*)?")
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework..")
                .check(PRODUCTION);
    }

    @Test
    void envoysTypesAppearOnlyWhereResourcesAreMadeOrSent() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "..chancery.manifest..",
                        "..chancery.snapshot..",
                        "..chancery.xds..",
                        "..chancery.fleet..",
                        "..chancery.bootstrap..",
                        "..chancery.preview..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.envoyproxy..", "com.google.protobuf..")
                .check(PRODUCTION);
    }

    @Test
    void grpcAppearsOnlyWhereItIsSpoken() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..chancery.xds..", "..chancery.healthcheck..")
                .and()
                .haveNameNotMatching(".*\\.fleet\\.ClientStatusService(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "io.netty..")
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
                .that()
                .haveNameNotMatching(WIRING)
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(PRODUCTION);
    }

    @Test
    void nothingIsInjectedIntoFields() {
        fields().should()
                .notBeAnnotatedWith(Autowired.class)
                .andShould()
                .notBeAnnotatedWith(Value.class)
                .check(PRODUCTION);
    }

    @Test
    void namesSayWhatAClassIsFor() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Data")
                .orShould()
                .haveSimpleNameEndingWith("Info")
                .orShould()
                .haveSimpleNameEndingWith("Processor")
                .orShould()
                .haveSimpleNameEndingWith("DTO")
                .orShould()
                .haveSimpleNameStartingWith("Abstract")
                .check(PRODUCTION);
    }
}
