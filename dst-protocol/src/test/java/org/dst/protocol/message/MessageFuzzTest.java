package org.dst.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import org.dst.protocol.MalformedException;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a peer sends as a message: it is read or malformed, and nothing else happens. */
@ExtendWith(Watch.class)
@Timeout(30)
class MessageFuzzTest {
  private static final int ROUNDS = 30_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 20261122})
  void shouldSurviveMutations(long seed) {
    var random = new Random(seed);
    List<Samples.Sample> samples = Samples.all();
    int malformed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Samples.Sample sample = samples.get(random.nextInt(samples.size()));
      ByteBuf wire = Unpooled.buffer();
      sample.encoder().accept(wire);
      mutate(wire, random);
      try {
        sample.decoder().decode(wire);
      } catch (MalformedException expected) {
        malformed++;
      } catch (RuntimeException wrong) {
        fail("seed %d, round %d, %s".formatted(seed, round, sample), wrong);
      }
      assertEquals(1, wire.refCnt());
      wire.release();
    }
    assertTrue(malformed > ROUNDS / 10, "only %d of %d malformed".formatted(malformed, ROUNDS));
  }

  private static void mutate(ByteBuf wire, Random random) {
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(Math.max(1, wire.writerIndex()));
      switch (random.nextInt(6)) {
        case 0 -> wire.writerIndex(at);
        case 1 -> wire.writeLong(random.nextLong());
        case 2 -> set(wire, at, random.nextInt());
        case 3 -> set(wire, at, 0xff);
        case 4 -> set(wire, at, 0);
        default -> set(wire, at, wire.getByte(at) ^ 1 << random.nextInt(8));
      }
    }
  }

  private static void set(ByteBuf wire, int at, int value) {
    if (at < wire.writerIndex()) {
      wire.setByte(at, value);
    }
  }
}
