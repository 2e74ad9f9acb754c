package org.dst.client.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Path;
import org.dst.platform.syscall.ErrnoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Speaks to this machine's kernel, whatever it is. */
@Timeout(30)
class GenericNetlinkTest {
  @Test
  void shouldFindTheFamilyThatEveryKernelHas() throws IOException {
    try (GenericNetlink netlink = GenericNetlink.open()) {
      GenericNetlink.Family controller = netlink.family("nlctrl");
      assertEquals(16, controller.id());
      assertTrue(controller.groups().containsKey("notify"), controller::toString);
    }
  }

  @Test
  void shouldSayThatAFamilyIsMissing() throws IOException {
    try (GenericNetlink netlink = GenericNetlink.open()) {
      assertNull(netlink.family("dst-has-none"));
      assertEquals(16, netlink.family("nlctrl").id(), "and go on");
    }
  }

  @Test
  void shouldReportWhatTheKernelRefuses() throws IOException {
    try (GenericNetlink netlink = GenericNetlink.open()) {
      NetlinkRequest unknownCommand = new NetlinkRequest(16, 200, 2);
      ErrnoException refused =
          assertThrows(ErrnoException.class, () -> netlink.call(unknownCommand));
      assertEquals(95, refused.errno(), "EOPNOTSUPP");
      assertEquals("Operation not supported (EOPNOTSUPP)", refused.getMessage());
    }
  }

  @Test
  void shouldFindNoNbdFamilyWithoutTheDriver() throws IOException {
    assumeFalse(new DeviceFiles(Path.of("/")).driverIsLoaded());
    assertNull(NbdFamily.find());
  }
}
