package org.dst.cli;

import static org.dst.cli.CommandLineRun.dst;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.dst.protocol.Access;
import org.dst.server.ExportServer;
import org.dst.server.ServerOptions;
import org.dst.server.access.AccessRules;
import org.dst.server.export.ExportOptions;
import org.dst.server.state.StoreRecordManager;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code dst list} against a server in this process. */
@Timeout(60)
class ListTest {
  private final ExportServer server = new ExportServer(ServerOptions.defaults());

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldPrintATable() throws IOException {
    add("disk", "of the tests", Access.READ_WRITE, AccessRules.EVERYBODY);
    add("a-longer-name", "", Access.READ_ONLY, AccessRules.EVERYBODY);
    CommandLineRun list = dst("list", listen());
    assertEquals(0, list.exit(), list::toString);
    assertEquals(
        """
        NAME                 SIZE  ACCESS      DESCRIPTION
        a-longer-name     1.0 MiB  read-only
        disk              1.0 MiB  read-write  of the tests
        """,
        list.out());
  }

  @Test
  void shouldPrintJson() throws IOException {
    add("di\"sk", "", Access.READ_WRITE, AccessRules.EVERYBODY);
    assertEquals(
        "[{\"name\":\"di\\\"sk\",\"size\":1048576,\"access\":\"read-write\",\"description\":\"\"}]\n",
        dst("list", listen(), "--json").out());
  }

  @Test
  void shouldNotPassControlCharactersToATerminal() throws IOException {
    add("disk", "red \u001b[31m alert\nsecond line", Access.READ_WRITE, AccessRules.EVERYBODY);
    CommandLineRun list = dst("list", listen());
    assertEquals(2, list.out().lines().count(), list::toString);
    assertEquals(-1, list.out().indexOf('\u001b'), list::toString);
  }

  @Test
  void shouldHideWhatTheClientMayNotUse() throws IOException {
    add("disk", "", Access.READ_WRITE, AccessRules.parse(List.of("192.0.2.1")));
    CommandLineRun list = dst("list", listen());
    assertEquals(0, list.exit());
    assertEquals("dst: the server offers no exports to this client\n", list.err());
    assertEquals("[]\n", dst("list", listen(), "--json").out());
  }

  private void add(String name, String description, Access access, AccessRules allowed)
      throws IOException {
    server.add(
        new ExportOptions(name, description, access, allowed),
        Stores.open("mem:1M", StoreOptions.DEFAULT),
        StoreRecordManager.inMemory());
  }

  private String listen() throws IOException {
    InetSocketAddress bound =
        server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return "127.0.0.1:" + bound.getPort();
  }
}
