package org.dst.system.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may know whom: the table of the design's first section, and what each room must not use. */
@Timeout(120)
class ModuleBoundariesTest {
  private static final String PROTOCOL = "org.dst.protocol..";
  private static final String CODEC = "org.dst.protocol.codec..";
  private static final String CRYPTO = "org.dst.crypto..";
  private static final String PLATFORM = "org.dst.platform..";
  private static final String SERVER = "org.dst.server..";
  private static final String CLIENT = "org.dst.client..";
  private static final String CLI = "org.dst.cli..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importPaths(
              Tree.MODULES.stream()
                  .map(module -> Tree.root().resolve(module).resolve("target/classes"))
                  .filter(Files::isDirectory)
                  .toArray(Path[]::new));

  /** What no core may know: sockets, event loops, threads and locks, clocks, files. */
  private static final DescribedPredicate<JavaClass> IMPURE =
      DescribedPredicate.<JavaClass>describe(
          "are about sockets, threads, clocks or files",
          JavaClass.Predicates.resideInAnyPackage(
                  "io.netty.channel..",
                  "io.netty.bootstrap..",
                  "io.netty.util.concurrent..",
                  "java.io..",
                  "java.net..",
                  "java.nio.channels..",
                  "java.nio.file..",
                  "java.util.concurrent..")
              .and(not(JavaClass.Predicates.equivalentTo(TimeUnit.class)))
              .or(JavaClass.Predicates.assignableTo(Thread.class))
              .or(JavaClass.Predicates.assignableTo(Clock.class)));

  /** A module, what it must not know, and where to go instead. */
  record Wall(String room, String[] unknown, String because) {
    @Override
    public String toString() {
      return room + " does not know " + String.join(", ", unknown);
    }
  }

  private static Wall wall(String room, String because, String... unknown) {
    return new Wall(room, unknown, because);
  }

  static Stream<Wall> walls() {
    return Stream.of(
        wall(
            PROTOCOL,
            "the protocol is below everything: take what it needs as a parameter or an interface"
                + " of its own (ChecksumFunction)",
            CRYPTO,
            PLATFORM,
            SERVER,
            CLIENT,
            CLI),
        wall(
            PLATFORM,
            "the platform knows nothing of DST: native calls and event loops are shared, what is"
                + " done with them belongs to dst-server and dst-client",
            PROTOCOL,
            CRYPTO,
            SERVER,
            CLIENT,
            CLI),
        wall(
            PROTOCOL,
            "the protocol knows no sockets: sockets are opened by ExportServer and Link, which"
                + " hand a Channel to the codecs",
            "java.net..",
            "java.nio.channels..",
            "io.netty.bootstrap..",
            "io.netty.channel.socket..",
            "io.netty.channel.epoll..",
            "io.netty.channel.nio..",
            "io.netty.channel.uring..",
            "io.netty.channel.unix.."),
        wall(
            PROTOCOL,
            "the protocol knows no files: configuration and state are read by dst-cli, dst-server"
                + " and dst-client",
            "java.nio.file.."),
        wall(
            CRYPTO,
            "cryptography does not know what a block device is: pass buffers and names",
            PROTOCOL,
            PLATFORM,
            SERVER,
            CLIENT,
            CLI),
        wall(
            SERVER,
            "the server does not know the client: what both need goes to dst-protocol or"
                + " dst-platform",
            CLIENT,
            CLI),
        wall(
            CLIENT,
            "the client does not know the server: what both need goes to dst-protocol or"
                + " dst-platform",
            SERVER,
            CLI),
        wall(
            CLI,
            "the programs know no byte layouts: use the API of dst-server or dst-client",
            CODEC));
  }

  @ParameterizedTest
  @MethodSource("walls")
  void shouldKeepTheRoomsApart(Wall wall) throws IOException {
    assumeWritten(wall.room());
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage(wall.room())
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(wall.unknown())
            .because(wall.because());
    rule.check(CLASSES);
  }

  @Test
  void shouldKeepClocksThreadsAndFilesOutOfTheProtocol() {
    noClasses()
        .that()
        .resideInAPackage(PROTOCOL)
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .because("the protocol knows no clock: take a nowNanos parameter")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(PROTOCOL)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Thread.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(File.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.time..", "java.util.concurrent..")
        .because("the protocol lives on its caller's thread and knows neither clocks nor files")
        .check(CLASSES);
  }

  /**
   * The cores decide and their shells act: a core is told the time and returns what to do, which is
   * what lets the simulator run it. Buffers are allowed.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.dst.client.lane..",
        "org.dst.client.nbd.negotiation..",
        "org.dst.client.nbd.wire..",
        "org.dst.server.lane..",
        "org.dst.server.session.."
      })
  void shouldKeepCoresPure(String core) {
    assertTrue(CLASSES.stream().anyMatch(seen -> isIn(seen, core)), () -> "no class in " + core);
    noClasses()
        .that()
        .resideInAPackage(core)
        .should()
        .dependOnClassesThat(IMPURE)
        .because("a core knows no sockets, threads, clocks or files: move it to the shell")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(core)
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(InstantSource.class, "system")
        .because("a core is told the time: take a nowNanos parameter or an InstantSource")
        .check(CLASSES);
  }

  /**
   * `dst ping` paces its output on the main thread; nothing is waited for. The kernel's files about
   * its devices say nothing when they change, and are looked at by threads without an event loop.
   */
  @Test
  void shouldNotSleepAnywhereButInThePaceOfPingAndOfTheKernelsFiles() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("org.dst.cli.query.PingCommand")
        .and()
        .doNotHaveFullyQualifiedName("org.dst.client.kernel.PollInterval")
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class, int.class)
        .orShould()
        .callMethod(Thread.class, "sleep", Duration.class)
        .because("a sleep blocks a thread and cannot be simulated: schedule on the event loop")
        .check(CLASSES);
  }

  @Test
  void shouldExitTheProcessInTheProgramsOnly() {
    noClasses()
        .that(
            DescribedPredicate.describe(
                "are no main class of " + CLI + " nor ProgramLifecycle", seen -> !isProgram(seen)))
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .because("the process is ended by the programs only: throw, or complete a future")
        .check(CLASSES);
  }

  /** A main class, or the one class through which main classes end the process. */
  private static boolean isProgram(JavaClass seen) {
    return isIn(seen, CLI)
        && (seen.tryGetMethod("main", String[].class).isPresent()
            || seen.getSimpleName().equals("ProgramLifecycle"));
  }

  @Test
  void shouldFindEveryClassInARoomOfTheDesign() {
    var strange = new TreeSet<String>();
    for (JavaClass seen : CLASSES) {
      if (Stream.of(PROTOCOL, CRYPTO, PLATFORM, SERVER, CLIENT, CLI)
          .noneMatch(room -> isIn(seen, room))) {
        strange.add(seen.getName());
      }
    }
    assertTrue(strange.isEmpty(), () -> "not in a room of the design: " + strange);
  }

  /** A rule about a room without classes would hold for nothing. */
  @ParameterizedTest
  @ValueSource(strings = {PROTOCOL, CODEC, CRYPTO, PLATFORM, SERVER, CLIENT, CLI})
  void shouldSeeTheClassesOfEveryRoom(String room) throws IOException {
    assumeWritten(room);
    assertTrue(
        CLASSES.stream().anyMatch(seen -> isIn(seen, room)),
        () -> "no class in " + room + ": build all modules first");
  }

  private static boolean isIn(JavaClass seen, String room) {
    return (seen.getPackageName() + ".").startsWith(room.replace("..", "."));
  }

  /** Leaves a room alone whose first source is still to be written. */
  private static void assumeWritten(String room) throws IOException {
    String directory = "src/main/java/" + room.replace("..", "").replace('.', '/') + "/";
    assumeTrue(
        Tree.sources().stream().anyMatch(source -> source.toString().contains(directory)),
        () -> room + " has no source yet");
  }
}
