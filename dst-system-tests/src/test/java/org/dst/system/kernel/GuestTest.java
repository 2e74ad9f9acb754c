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

/** What the tests believe of the guest. */
@KernelTest
@Timeout(300)
class GuestTest {

  @Test
  void shouldTellHowScriptsEnd() throws Exception {
    try (Guest guest = Guest.bootOrSkip("GREETING=good morning")) {
      Guest.Job waiting = guest.start(60, "until [ -e /run/go ]; do sleep 0.1; done; echo gone");
      Result result = guest.run(30, "echo \"$GREETING\" | tee /run/work/file; exit 7");
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
