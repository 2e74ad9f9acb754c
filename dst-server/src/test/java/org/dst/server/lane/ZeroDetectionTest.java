package org.dst.server.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.junit.jupiter.api.Test;

class ZeroDetectionTest {
  private static WritePolicy rules(ZeroDetection zeroes) {
    return new WritePolicy(false, zeroes);
  }

  @Test
  void shouldFindEveryByteThatIsNotZero() {
    for (int at = 0; at < 4101; at++) {
      ByteBuf bytes = Unpooled.buffer(4200).writeZero(4102).readerIndex(1);
      assertTrue(ZeroDetection.ON.takes(bytes), "all zeroes");
      bytes.setByte(1 + at, 1);
      assertFalse(ZeroDetection.UNMAP.takes(bytes), "byte " + at);
    }
    assertFalse(ZeroDetection.OFF.takes(Unpooled.buffer(4096).writeZero(4096)));
    assertFalse(ZeroDetection.ON.takes(Unpooled.buffer(512).writeZero(512)), "less than a page");
  }

  @Test
  void shouldMakeZeroesOfAWriteOfZeroesAndGiveItsBytesBack() throws Exception {
    for (ZeroDetection zeroes : List.of(ZeroDetection.ON, ZeroDetection.UNMAP)) {
      try (LaneSetup setup = new LaneSetup(rules(zeroes))) {
        ByteBuf payload = setup.write(1, 4096, 4096);
        assertEquals(0, payload.refCnt(), "the payload");
        LaneRequest made = setup.output.running(1);
        assertEquals(Opcode.WRITE_ZEROES, made.opcode());
        assertEquals(4096, made.offset());
        assertEquals(4096, made.count());
        boolean allocated = (made.flags() & RequestFlags.NO_HOLE) != 0;
        assertEquals(zeroes == ZeroDetection.ON, allocated, "NO_HOLE");
        setup.output.complete(1, Status.OK);
        assertEquals(1, setup.output.takeReplies().size());
        assertEquals(0, setup.lane.inFlight());
      }
    }
  }

  @Test
  void shouldWriteEverythingElse() throws Exception {
    try (LaneSetup setup = new LaneSetup(rules(ZeroDetection.UNMAP))) {
      ByteBuf payload = ByteBufAllocator.DEFAULT.directBuffer(4096).writeZero(4095).writeByte(1);
      setup.lane.receive(LaneSetup.header(Opcode.WRITE, 1, 0, 4096), true, payload);
      assertEquals(Opcode.WRITE, setup.output.running(1).opcode());
      setup.output.complete(1, Status.OK);
      assertEquals(0, payload.refCnt());
    }
    try (LaneSetup setup = new LaneSetup(WritePolicy.AS_ASKED)) {
      setup.write(1, 0, 4096);
      assertEquals(Opcode.WRITE, setup.output.running(1).opcode());
      setup.output.complete(1, Status.OK);
    }
  }
}
