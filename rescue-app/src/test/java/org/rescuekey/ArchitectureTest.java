package org.rescuekey;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The levels of the packages, and what only some of them may know. */
class ArchitectureTest {
    private static final String ROOT = "org.rescuekey";

    /** A package uses lower levels and itself; every package has a level. */
    private static final Map<String, Integer> LEVELS = Map.ofEntries(
            entry("units", 0),
            entry("error", 0),
            entry("device", 1),
            entry("partition", 1),
            entry("filesystem", 1),
            entry("codec", 1),
            entry("crypto", 1),
            entry("image", 2),
            entry("inventory", 2),
            entry("windows", 2),
            entry("linux", 2),
            entry("plan", 3),
            entry("engine", 4),
            entry("platform", 4),
            entry("cli", 5),
            entry("tui", 5));

    /** Ports that packages of the same level use, and the composition root. */
    private static final Set<String> WITHIN_A_LEVEL =
            Set.of("partition->device", "filesystem->device", "linux->windows", "platform->engine", "cli->tui");

    private static final String[] PURE = {
        ROOT + ".units..",
        ROOT + ".partition..",
        ROOT + ".windows..",
        ROOT + ".linux..",
        ROOT + ".plan..",
        ROOT + ".tui.model.."
    };

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void thereAreClassesToCheck() {
        assertThat(CLASSES.contain(ROOT + ".units.ExtentSet")).isTrue();
        assertThat(CLASSES.contain(ROOT + ".partition.PartitionTables")).isTrue();
    }

    @Test
    void packagesUseLowerLevelsOnly() {
        classes().should(keepToTheirLevel()).check(CLASSES);
    }

    private static ArchCondition<JavaClass> keepToTheirLevel() {
        return new ArchCondition<>("use packages of lower levels only") {
            @Override
            public void check(JavaClass origin, ConditionEvents events) {
                String from = topPackage(origin);
                if (!from.isEmpty() && !LEVELS.containsKey(from)) {
                    events.add(SimpleConditionEvent.violated(origin, "package " + from + " has no level"));
                    return;
                }
                for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                    String to = topPackage(dependency.getTargetClass());
                    if (!isAllowed(from, to)) {
                        events.add(SimpleConditionEvent.violated(origin, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static boolean isAllowed(String from, String to) {
        if (to.isEmpty() || from.isEmpty() || from.equals(to)) {
            return true;
        }
        int fromLevel = LEVELS.getOrDefault(from, 0);
        int toLevel = LEVELS.getOrDefault(to, Integer.MAX_VALUE);
        return toLevel < fromLevel || (toLevel == fromLevel && WITHIN_A_LEVEL.contains(from + "->" + to));
    }

    /** "plan" for org.rescuekey.plan.restore; empty for other code and for the root package. */
    private static String topPackage(JavaClass javaClass) {
        String name = javaClass.getBaseComponentType().getPackageName();
        return name.startsWith(ROOT + ".") ? name.substring(ROOT.length() + 1).split("\\.", 2)[0] : "";
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void theEngineNeverSeesThePlatform() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".engine..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".platform..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void onlyTheCompositionRootSeesThePlatform() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".cli..", ROOT + ".platform..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".platform..")
                .check(CLASSES);
    }

    @Test
    void purePackagesUseNoChannelsThreadsOrNativeCode() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.channels..", "java.nio.file..", "com.sun.jna..", "java.util.concurrent..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class, java.io.File.class, Process.class)
                .check(CLASSES);
    }

    @Test
    void purePackagesHaveNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(java.time.Clock.class)
                .orShould()
                .callMethodWhere(asksForTheTime())
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaMethodCall> asksForTheTime() {
        return DescribedPredicate.describe("ask for the time", call -> {
            MethodCallTarget target = call.getTarget();
            boolean now = target.getName().equals("now")
                    && target.getOwner().getPackageName().equals("java.time");
            boolean ticks = target.getOwner().isEquivalentTo(System.class)
                    && Set.of("currentTimeMillis", "nanoTime").contains(target.getName());
            return now || ticks;
        });
    }

    @Test
    void onlyPartitionTablesReadsDevicesForItsPackage() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".partition..")
                .and()
                .doNotHaveSimpleName("PartitionTables")
                .and()
                .doNotHaveFullyQualifiedName(ROOT + ".partition.PartitionTables$Disk")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".device..")
                .check(CLASSES);
    }

    @Test
    void nativeCodeIsInThePlatformOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".platform..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .check(CLASSES);
    }

    /** docs/adr/0004: two functions of a large library, each behind one class. */
    @Test
    void onlyTwoClassesKnowBouncyCastle() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + ".crypto.Argon2id")
                .and()
                .doNotHaveFullyQualifiedName(ROOT + ".filesystem.btrfs.Blake2b")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bouncycastle..")
                .check(CLASSES);
    }

    @Test
    void ciphersDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".crypto..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.channels..", "java.nio.file..", "java.net..")
                .orShould()
                .callMethodWhere(asksForTheTime())
                .check(CLASSES);
    }

    /** The loop and the terminal beside the view know Lanterna too; the model, the keys and all else do not. */
    @Test
    void onlyTheTextUiKnowsLanternaAndItsModelDoesNot() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".tui", ROOT + ".tui.view..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.googlecode.lanterna..")
                .check(CLASSES);
    }
}
