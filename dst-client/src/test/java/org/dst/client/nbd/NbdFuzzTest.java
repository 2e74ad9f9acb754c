package org.dst.client.nbd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.dst.client.device.DeviceInfo;
import org.dst.client.nbd.wire.HeaderFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sessions with damaged bytes, in random pieces, with completions in random order. Whatever comes,
 * nothing is thrown, nothing leaks, and a connection beside is served as before.
 */
@Timeout(180)
class NbdFuzzTest {
  private static final int ROUNDS = 4000;
  private static final DeviceInfo DISK = MemoryDevice.info(1 << 20, 1, false, MemoryDevice.ALL);
  private static final NbdLimits LIMITS = new NbdLimits(8, 256 << 10, 16, Duration.ofSeconds(60));

  @Test
  void shouldSurviveDamagedSessions() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      try {
        round(new Random(seed));
      } catch (RuntimeException | AssertionError failed) {
        throw new AssertionError("seed " + seed, failed);
      }
    }
  }

  private static void round(Random random) {
    try (TestConnection witness = new TestConnection(DISK, LIMITS)) {
      byte[] mark = new byte[512];
      random.nextBytes(mark);
      witness.negotiate(HeaderFormat.SIMPLE, false);
      HeaderFormat format = HeaderFormat.values()[random.nextInt(3)];
      TestConnection victim = new TestConnection(witness);
      boolean holding = random.nextBoolean();
      byte[] session = session(random, format);
      damage(random, session);
      if (holding) {
        victim.device().hold();
      }
      feed(random, victim, session);
      victim.disconnect();
      witness.channel().checkException();
      victim.channel().checkException();
      drain(random, victim);
      assertTrue(witness.isOpen());
      witness.write(0, 1, 4096, mark);
      drain(random, witness);
      assertEquals(0, witness.reply(0).error());
      witness.request(0, 0, 2, 4096, mark.length);
      drain(random, witness);
      assertArrayEquals(mark, witness.reply(mark.length).payload());
    }
  }

  private static byte[] session(Random random, HeaderFormat format) {
    byte[] session = Wire.opening(format, random.nextBoolean());
    for (int i = random.nextInt(40); i > 0; i--) {
      long offset = random.nextInt(1 << 20);
      byte[] request =
          random.nextInt(3) == 0
              ? Wire.write(format, random.nextInt(4), i, offset, new byte[random.nextInt(9000)])
              : Wire.request(
                  format,
                  1 << random.nextInt(7),
                  random.nextInt(9),
                  i,
                  offset,
                  random.nextInt(9000));
      session = Wire.concat(session, request);
    }
    return session;
  }

  private static void damage(Random random, byte[] session) {
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(session.length);
      session[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (session[at] ^ 1);
    }
  }

  private static void feed(Random random, TestConnection victim, byte[] session) {
    for (int at = 0; at < session.length && victim.isOpen(); ) {
      int piece = Math.min(session.length - at, 1 + random.nextInt(12_000));
      victim.send(Arrays.copyOfRange(session, at, at + piece));
      at += piece;
      if (victim.device().heldCount() > 0 && random.nextInt(3) > 0) {
        victim.complete(random.nextInt(victim.device().heldCount()));
      }
      victim.receive();
    }
  }

  private static void drain(Random random, TestConnection connection) {
    while (connection.device().heldCount() > 0) {
      connection.complete(random.nextInt(connection.device().heldCount()));
    }
  }
}
