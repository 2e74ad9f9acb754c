package org.dst.cli;

import static org.dst.cli.CommandLineRun.dst;
import static org.dst.cli.CommandLineRun.dstd;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.dst.cli.attach.AttachDefaults;
import org.dst.cli.command.ExitCode;
import org.dst.cli.control.ControlSocket;
import org.dst.cli.control.Json;
import org.dst.cli.export.ServerControl;
import org.dst.cli.option.StateDirectories;
import org.dst.cli.security.ClientSecurityOptions;
import org.dst.cli.status.AttachmentStatusJson;
import org.dst.client.Attachment;
import org.dst.client.StateOptions;
import org.dst.client.kernel.DeviceStatus;
import org.dst.client.link.ClientSecurity;
import org.dst.client.link.ServerAddress;
import org.dst.client.nbd.NbdLimits;
import org.dst.crypto.checksum.Checksums;
import org.dst.protocol.Access;
import org.dst.server.ExportServer;
import org.dst.server.ServerOptions;
import org.dst.server.access.AccessRules;
import org.dst.server.export.ExportOptions;
import org.dst.server.state.StoreRecordManager;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code dst status} and {@code dstd status} of a server and an attachment in this process. */
@Timeout(60)
class StatusTest {
  private static final Path MANUAL = Path.of("../docs/reference.md");

  private static final ClientSecurityOptions.Checked PLAIN =
      new ClientSecurityOptions.Checked(new ClientSecurity.Plain(false), Checksums.DEFAULT, null);

  @TempDir Path directory;

  private final ExportServer server = new ExportServer(ServerOptions.defaults());
  private Attachment attachment;
  private ControlSocket clientControl;
  private ControlSocket serverControl;
  private Path socket;
  private volatile DeviceStatus device;

  @BeforeEach
  void start() throws Exception {
    server.add(
        new ExportOptions("disk", "", Access.READ_WRITE, AccessRules.EVERYBODY),
        Stores.open("mem:1M", StoreOptions.DEFAULT),
        StoreRecordManager.inMemory());
    InetSocketAddress bound =
        server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    socket = directory.resolve("disk.sock");
    attachment =
        Attachment.open(
            AttachDefaults.options(
                List.of(new ServerAddress("127.0.0.1", bound.getPort())),
                "disk",
                "a-client",
                PLAIN),
            StateOptions.NONE,
            UnixDomainSocketAddress.of(socket),
            NbdLimits.DEFAULT);
    Instant now = Instant.now();
    Path control = StateDirectories.control(directory);
    clientControl =
        ControlSocket.open(
            control,
            "dst",
            () ->
                attachment
                    .status()
                    .thenApply(
                        status ->
                            AttachmentStatusJson.of(status, device, null, now, Instant.now())));
    serverControl = ControlSocket.open(control, "dstd", new ServerControl(server));
  }

  @AfterEach
  void stop() {
    clientControl.close();
    serverControl.close();
    attachment.close();
    server.close();
  }

  private String option() {
    return "--state-dir=" + directory;
  }

  @SuppressWarnings("unchecked") // a defect of the report fails the test
  private static Map<String, Object> first(Map<String, Object> report, String field) {
    return ((List<Map<String, Object>>) report.get(field)).getFirst();
  }

  private Map<String, Object> attachmentReport() throws Exception {
    CommandLineRun run = dst("status", "--json", option());
    assertEquals(0, run.exit(), run::toString);
    return first(Json.read(run.out()), "attachments");
  }

  private Map<String, Object> serverReport() throws Exception {
    CommandLineRun run = dstd("status", "--json", option());
    assertEquals(0, run.exit(), run::toString);
    return first(Json.read(run.out()), "servers");
  }

  @Test
  void shouldTellTheSameOnBothSides() throws Exception {
    Map<String, Object> here = attachmentReport();
    Map<String, Object> export = first(serverReport(), "exports");
    assertEquals("up", here.get("state"));
    assertEquals("read-write", here.get("access"));
    assertEquals(1L << 20, here.get("size"));
    assertEquals(socket.toString(), here.get("local"));
    for (String both : List.of("export", "size", "access", "store", "freshness", "verifier")) {
      assertEquals(export.get(both), here.get(both), both);
    }
    assertEquals(1L, here.get("lease_epoch"));
    Map<?, ?> lease = (Map<?, ?>) export.get("lease");
    assertEquals(Map.of("epoch", 1L, "held", true, "client", "a-client"), without(lease, "since"));
    Map<String, Object> session = first(export, "sessions");
    assertEquals("a-client", session.get("client"));
    assertEquals(1L, session.get("links"));
    assertEquals(0L, session.get("in_flight"));
    assertEquals(1L, ((Map<?, ?>) export.get("counters")).get("attaches"));
    assertEquals(0L, ((Map<?, ?>) here.get("counters")).get("reconnects"));
  }

  private static Map<?, ?> without(Map<?, ?> map, String key) {
    map.remove(key);
    return map;
  }

  @Test
  void shouldShowTextThatFitsATerminal() {
    CommandLineRun client = dst("status", option());
    CommandLineRun node = dstd("status", option());
    for (CommandLineRun run : List.of(client, node)) {
      assertEquals(0, run.exit(), run::toString);
      assertEquals("", run.err());
      run.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
    }
    assertTrue(client.out().contains("\n  state       up since "), client::toString);
    assertTrue(client.out().contains("\n  outages     none\n"), client::toString);
    assertTrue(node.out().contains("\n    session     'a-client' at 127.0.0.1:"), node::toString);
    assertTrue(node.out().contains("\n    counters    attaches 1, leases 1\n"), node::toString);
  }

  @Test
  void shouldTellOfTheKernelsDevice() throws Exception {
    Map<String, Object> without = attachmentReport();
    assertTrue(without.containsKey("device"), without::toString);
    assertNull(without.get("device"));
    assertFalse(dst("status", option()).out().contains("  device "));
    device = new DeviceStatus(Path.of("/dev/nbd3"), "netlink", 2, 4096, true);
    assertEquals(
        Map.of(
            "path",
            "/dev/nbd3",
            "by",
            "netlink",
            "connections",
            2L,
            "block",
            4096L,
            "connected",
            true),
        attachmentReport().get("device"));
    String line = "\n  device      /dev/nbd3 by netlink, 2 connections, sectors of 4096 bytes";
    CommandLineRun connected = dst("status", option());
    assertTrue(connected.out().contains(line + "\n"), connected::toString);
    device = new DeviceStatus(Path.of("/dev/nbd3"), "nbd-client", 1, 512, false);
    CommandLineRun gone = dst("status", option());
    assertTrue(gone.out().contains("disconnected by another program"), gone::toString);
  }

  @Test
  void shouldFindAnAttachmentByItsExportOrSocket() {
    assertEquals(0, dst("status", "disk", option()).exit());
    assertEquals(0, dst("status", socket.toString(), option()).exit());
    dst("status", "other", option())
        .complained(
            ExitCode.UNREACHABLE, "no 'dst attach' of 'other' is running here; running: disk");
  }

  private void addExports(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      addExport("many" + i);
    }
  }

  private void addExport(String name) throws IOException {
    server.add(
        new ExportOptions(name, "", Access.READ_WRITE, AccessRules.EVERYBODY),
        Stores.open("mem:1M", StoreOptions.DEFAULT),
        StoreRecordManager.inMemory());
  }

  @Test
  void shouldTellAllAboutTheExportsThatAreNamed() throws Exception {
    addExports(2);
    CommandLineRun some = dstd("status", "many1", "disk", option());
    assertEquals(0, some.exit(), some::toString);
    assertTrue(some.out().contains("\n  many1, 1.0 MiB, read-write, memory mem:1M\n"));
    assertTrue(some.out().contains("\n    session     'a-client' at 127.0.0.1:"), some::toString);
    assertFalse(some.out().contains("many0"), some::toString);
    CommandLineRun json = dstd("status", "many1", "--json", option());
    Map<String, Object> report = first(Json.read(json.out()), "servers");
    assertEquals("many1", first(report, "exports").get("export"));
    assertEquals(1, ((List<?>) report.get("exports")).size(), json::toString);
    assertEquals(
        first(serverReport(), "exports").keySet(), first(report, "exports").keySet(), "all fields");
  }

  @Test
  void shouldSayWhichExportsNobodyHas() {
    dstd("status", "none", option())
        .complained(ExitCode.UNREACHABLE, "has an export 'none'; 'dstd status' lists those");
    CommandLineRun both = dstd("status", "none", "disk", "else", option());
    assertEquals(ExitCode.UNREACHABLE.code(), both.exit(), both::toString);
    assertTrue(both.out().contains("\n  disk, 1.0 MiB"), both::toString);
    assertTrue(both.err().contains("has an export 'none' or 'else'"), both::toString);
  }

  @Test
  void shouldGiveEachOfManyExportsALine() throws Exception {
    addExports(7);
    String whole = dstd("status", option()).out();
    assertTrue(whole.contains("\n    verifier "), whole);
    addExport("a-name-of-twenty-two-x");
    CommandLineRun many = dstd("status", option());
    assertEquals(0, many.exit(), many::toString);
    assertTrue(
        many.out()
            .contains("\n  9 exports, 1 in use, 0 not ok; 'dstd status NAME' shows one in full"),
        many::toString);
    assertEquals(
        9, many.out().lines().filter(line -> line.contains("1.0 MiB")).count(), many::toString);
    assertTrue(
        many.out()
            .contains(
                "\n  disk                    ok              1.0 MiB  read-write  'a-client'\n"),
        many::toString);
    many.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
    Map<String, Object> json = serverReport();
    assertEquals(9, ((List<?>) json.get("exports")).size());
    assertTrue(first(json, "exports").containsKey("verifier"), "JSON has everything");
  }

  @Test
  void shouldSayThatNothingRuns() {
    String elsewhere = "--state-dir=" + directory.resolve("elsewhere");
    dst("status", elsewhere)
        .complained(ExitCode.UNREACHABLE, "no 'dst attach' is running", "elsewhere", "--state-dir");
    dst("status", "disk", "--json", elsewhere)
        .complained(ExitCode.UNREACHABLE, "no 'dst attach' is running");
    dstd("status", elsewhere).complained(ExitCode.UNREACHABLE, "no 'dstd export' is running");
  }

  @Test
  void shouldDescribeEveryFieldInTheManual() throws Exception {
    String manual = Files.readString(MANUAL);
    TreeSet<String> fields = new TreeSet<>();
    device = new DeviceStatus(Path.of("/dev/nbd3"), "netlink", 1, 512, true);
    collect(attachmentReport(), fields);
    collect(serverReport(), fields);
    for (String field : fields) {
      assertTrue(manual.contains("`" + field + "`"), () -> "no `" + field + "` in the manual");
    }
  }

  private static void collect(Object value, TreeSet<String> fields) {
    switch (value) {
      case Map<?, ?> object ->
          object.forEach(
              (name, inner) -> {
                fields.add(name.toString());
                collect(inner, fields);
              });
      case List<?> list -> list.forEach(inner -> collect(inner, fields));
      case null, default -> {}
    }
  }
}
