package org.dst.cli;

import static org.dst.cli.CommandLineRun.dst;
import static org.dst.cli.CommandLineRun.dstd;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.dst.cli.command.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every command, used wrongly or in vain: one line, the right exit code. */
@Timeout(60)
class UsageErrorsTest {
  private static final String TARGET = "127.0.0.1:1/disk";
  private static final String SOCKET = "--socket=/nowhere/x";

  @TempDir Path directory;

  @Test
  void shouldNameTheCommandsWhenNoneIsGiven() {
    dst().complained(ExitCode.USAGE, "attach, status, list, ping, keygen, demo", "dst --help");
    dst("atach").complained(ExitCode.USAGE, "'atach'", "attach, status, list, ping, keygen, demo");
    dstd().complained(ExitCode.USAGE, "export", "dstd --help");
    dst("--colour").complained(ExitCode.USAGE, "--colour");
  }

  @Test
  void shouldRefuseWrongAttaches() {
    dst("attach").complained(ExitCode.USAGE, "HOST[:PORT][,...]/EXPORT", "dst attach --help");
    dst("attach", TARGET).complained(ExitCode.USAGE, "--socket", "--listen", "--device");
    dst("attach", TARGET, SOCKET, "--listen=127.0.0.1:0")
        .complained(ExitCode.USAGE, "mutually exclusive");
    dst("attach", "storage", SOCKET).complained(ExitCode.USAGE, "'storage' names no export");
    dst("attach", "storage/", SOCKET).complained(ExitCode.USAGE, "names no export");
    dst("attach", "/disk", SOCKET).complained(ExitCode.USAGE, "host is missing");
    dst("attach", "::1/disk", SOCKET).complained(ExitCode.USAGE, "brackets");
    dst("attach", "h:0/disk", SOCKET).complained(ExitCode.USAGE, "1 to 65535");
    dst("attach", "h/" + "x".repeat(5000), SOCKET)
        .complained(ExitCode.USAGE, "export name of 5000");
    dst("attach", TARGET, "--listen=0.0.0.0:10809").complained(ExitCode.USAGE, "loopback");
  }

  @Test
  void shouldRefuseTransportsThatThereAreNotOrThatDoNotGoWithTheEngine() {
    String known = "auto, epoll, io_uring or nio";
    dst("attach", TARGET, SOCKET, "--transport=tcp").complained(ExitCode.USAGE, "'tcp'", known);
    dstd("export", "d=mem:1M", "--transport=kqueue").complained(ExitCode.USAGE, "'kqueue'", known);
    dstd("export", "d=mem:1M", "--engine=uring", "--transport=epoll")
        .complained(ExitCode.USAGE, "uring engine", "does not run with transport epoll");
  }

  @Test
  void shouldRefuseWrongNumbersOfAttach() {
    dst("attach", TARGET, SOCKET, "--lanes=0").complained(ExitCode.USAGE, "1 to 64");
    dst("attach", TARGET, SOCKET, "--lanes=65").complained(ExitCode.USAGE, "1 to 64");
    for (String loops : new String[] {"0", "65"}) {
      dst("attach", TARGET, SOCKET, "--event-loops=" + loops)
          .complained(ExitCode.USAGE, "--event-loops " + loops, "1 to 64");
    }
    dst("attach", TARGET, SOCKET, "--lanes=two").complained(ExitCode.USAGE, "--lanes", "'two'");
    for (String seconds : new String[] {"0", "-1", "3601", "NaN"}) {
      dst("attach", TARGET, SOCKET, "--resend-timeout=" + seconds)
          .complained(ExitCode.USAGE, "--resend-timeout", "0.001 to 3600");
    }
    for (String resends : new String[] {"-1", "2147483648", "4294967295", "never"}) {
      dst("attach", TARGET, SOCKET, "--max-resends=" + resends)
          .complained(ExitCode.USAGE, "--max-resends '" + resends + "'");
    }
    dst("attach", TARGET, SOCKET, "--name=" + "n".repeat(4097))
        .complained(ExitCode.USAGE, "--name");
  }

  @Test
  void shouldRefuseWrongExports() {
    dstd("export").complained(ExitCode.USAGE, "NAME=PATH", "dstd export --help");
    dstd("export", "disk").complained(ExitCode.USAGE, "NAME=PATH");
    dstd("export", "d=mem:1M", "d=mem:2M").complained(ExitCode.USAGE, "two exports are named 'd'");
    dstd("export", "d=mem:1M", "--listen=7777").complained(ExitCode.USAGE, "[HOST]:PORT");
    dstd("export", "d=mem:1M", "--allow=all").complained(ExitCode.USAGE, "'all'");
    dstd("export", "d=mem:1M", "--allow=ro kee=x")
        .complained(ExitCode.USAGE, "character 4: 'kee=x'");
    dstd("export", "d=mem:1M", "--io-threads=0").complained(ExitCode.USAGE, "1 to 1024");
    dstd("export", "d=mem:1M", "--engine=fast")
        .complained(ExitCode.USAGE, "'fast'", "auto, uring or threads");
    dstd("export", "d=mem:1M", "--max-payload=1").complained(ExitCode.USAGE, "64k to 32M");
    dstd("export", "d=mem:1M", "--max-payload=64G").complained(ExitCode.USAGE, "64k to 32M");
    dstd("export", "d=mem:1M", "--max-payload=big")
        .complained(ExitCode.USAGE, "'big' is not a size");
  }

  @Test
  void shouldRefuseWrongAccessFiles() throws IOException {
    Path file = directory.resolve("access");
    String option = "--access-file=" + file;
    dstd("export", "d=mem:1M", option).complained(ExitCode.LOCAL, file + " is missing");
    Files.writeString(file, "# ours\nd: rw key=backup\n\nd: ro 10.0.0.0/33\n");
    dstd("export", "d=mem:1M", option)
        .complained(ExitCode.USAGE, file + ", line 4: access rule", "'10.0.0.0/33'");
    dstd("export", "e=mem:1M", option)
        .complained(ExitCode.USAGE, "line 2: no export is named 'd' (there are: e;");
    dstd("export", "d=mem:1M,allow=10.0.0.1", option).complained(ExitCode.USAGE, "--access-file");
    dstd("export", "d=mem:1M", "--allow=ro", option).complained(ExitCode.USAGE, "--access-file");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    dstd("export", "d=mem:1M", option).complained(ExitCode.LOCAL, "everybody may change it");
  }

  @Test
  void shouldRefuseExportsThatCannotBeHad() throws IOException {
    String missing = "d=" + directory.resolve("missing");
    dstd("export", missing).complained(ExitCode.LOCAL, "missing does not exist");
    dstd("export", "d=" + directory).complained(ExitCode.LOCAL, "is a directory");
    dstd("export", "d=" + Files.createFile(directory.resolve("empty")))
        .complained(ExitCode.LOCAL, "is empty");
    dstd("export", "d=/dev/null").complained(ExitCode.LOCAL, "neither a regular file nor");
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dstd("export", "d=mem:1M", "--listen=127.0.0.1:" + other.getLocalPort())
          .complained(ExitCode.LOCAL, "cannot listen on 127.0.0.1:" + other.getLocalPort());
    }
  }

  @Test
  void shouldRefuseWrongListsAndPings() {
    dst("list").complained(ExitCode.USAGE, "HOST[:PORT]");
    dst("list", "a:b:c").complained(ExitCode.USAGE, "brackets");
    dst("ping", "h:x").complained(ExitCode.USAGE, "port 'x'");
    dst("ping", "h", "--count=-1").complained(ExitCode.USAGE, "--count is 0 or more");
    dst("ping", "h", "--interval=-1").complained(ExitCode.USAGE, "--interval 0 to 3600");
    dst("ping", "h", "--interval=NaN").complained(ExitCode.USAGE, "--interval 0 to 3600");
  }

  @Test
  void shouldSayThatAServerCannotBeReached() throws IOException {
    String nobody = "127.0.0.1:" + unusedPort();
    dst("attach", nobody + "/disk", SOCKET).complained(ExitCode.UNREACHABLE, nobody, "is dstd");
    dst("list", nobody).complained(ExitCode.UNREACHABLE, nobody, "is dstd running");
    dst("ping", nobody).complained(ExitCode.UNREACHABLE, nobody, "is dstd running");
    dst("list", "no-such-host.invalid").complained(ExitCode.UNREACHABLE, "host name not known");
  }

  @Test
  void shouldRefuseWrongDemos() throws IOException {
    dst("demo", "--size=1k").complained(ExitCode.USAGE, "--size is 1M or more");
    dst("demo", "--check=0").complained(ExitCode.USAGE, "--check is 1 or more");
    dst("demo", "--directory=" + directory.resolve("none"))
        .complained(ExitCode.LOCAL, "is not a directory");
    Path image = Files.writeString(directory.resolve("disk.img"), "precious");
    dst("demo", "--directory=" + directory).complained(ExitCode.LOCAL, "disk.img exists");
    assertEquals("precious", Files.readString(image));
  }

  @Test
  void shouldShowStackTracesOnlyWhenAsked() {
    CommandLineRun debug = dstd("export", "d=/nosuch/file", "--debug");
    assertEquals(ExitCode.LOCAL.code(), debug.exit());
    assertTrue(debug.err().contains("\tat org.dst"), debug::toString);
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }
}
