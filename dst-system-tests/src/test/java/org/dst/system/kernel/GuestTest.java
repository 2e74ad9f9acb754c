package org.dst.system.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.dst.system.harness.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Properties of the guest that the other tests rely on. */
@KernelTest
@Timeout(300)
class GuestTest {
  /**
   * Whether the machine has a kmod of its own, options of modules, or none: the guest's modprobe is
   * found, the kernel's own calls of it too.
   */
  private static final String MODULES =
      """
      for program in modprobe poweroff; do
        for path in $program /sbin/$program /usr/sbin/$program /usr/local/sbin/$program; do
          [ ! -e "$path" ] || [ "$(readlink -f "$path")" = "$DST_GUEST/tools/bin/busybox" ] ||
            fail "$path is the machine's"
        done
        [ "$(readlink -f "$(command -v $program)")" = "$DST_GUEST/tools/bin/busybox" ] ||
          fail "$program is the machine's"
      done
      [ -z "$(ls /etc/modprobe.d /lib/modprobe.d | grep conf)" ] || fail "options of the machine"
      modprobe nbd nbds_max=3 || fail "no nbd"
      ls -d /sys/block/nbd2 || fail "not as many as wanted"
      mkdir -p /run/none
      grep -q xfs /proc/filesystems && fail "xfs is loaded"
      mount -t xfs /dev/nbd0 /run/none
      grep -q xfs /proc/filesystems || fail "the kernel has not loaded xfs"
      """;

  @Test
  void shouldTellHowScriptsEnd() throws Exception {
    try (Guest guest = Guest.bootOrSkip("GREETING=good morning")) {
      Guest.Job waiting = guest.start(60, "until [ -e /run/go ]; do sleep 0.1; done; echo gone");
      Result result = guest.run(30, "echo \"$GREETING\" | tee /run/work/file; exit 7");
      guest.run(60, MODULES).succeeded();
      assertEquals("good morning\n", result.exited(7).out());
      assertEquals("good morning\n", Files.readString(guest.work().resolve("file")));
      assertFalse(waiting.isDone());
      guest.run(30, "touch /run/go /tmp/dst-in-guest").succeeded();
      assertEquals("gone\n", waiting.await().succeeded().out());
      assertFalse(Files.exists(Path.of("/tmp/dst-in-guest")), "a change came through");
      guest.run(1, "sleep 60").exited(124);
      Guest.Job endless = guest.start(60, "echo begun; sleep 60; echo ended");
      guest.run(30, "until grep -q begun /run/work/*.out; do sleep 0.1; done").succeeded();
      endless.kill();
      assertEquals(137, endless.await().exit());
      Guest.Job lost = guest.start(60, "sleep 60");
      guest.kill();
      assertTrue(assertThrows(AssertionError.class, lost::await).getMessage().contains("ended"));
    }
  }
}
