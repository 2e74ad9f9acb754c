package org.dst.server.store.descriptor;

import static org.dst.server.store.Bytes.array;
import static org.dst.server.store.Bytes.random;
import static org.dst.server.store.Bytes.read;
import static org.dst.server.store.Bytes.refusal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.Bytes;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of buffer that Netty has, against a store in memory. */
@Timeout(30)
class BufferIoTest {
  private static final int LENGTH = 150_000;
  private static final UnpooledByteBufAllocator UNPOOLED = new UnpooledByteBufAllocator(true);
  private static final AdaptiveByteBufAllocator ADAPTIVE = new AdaptiveByteBufAllocator(true);

  private BlockStore store;
  private long usedBefore;

  @BeforeEach
  void open() throws StoreException {
    store = Stores.open("mem:1M", StoreOptions.DEFAULT);
    usedBefore = used();
  }

  @AfterEach
  void close() {
    store.close();
    assertEquals(usedBefore, used(), "bytes of buffers that were not released");
  }

  static Stream<Named<IntFunction<ByteBuf>>> buffers() {
    return Stream.of(
        Named.of("direct", UNPOOLED::directBuffer),
        Named.of("adaptive direct", ADAPTIVE::directBuffer),
        Named.of("heap", UNPOOLED::heapBuffer),
        Named.of("adaptive heap", ADAPTIVE::heapBuffer),
        Named.of("composite", BufferIoTest::composite),
        Named.of("slice", length -> slice(ADAPTIVE.directBuffer(length + 20), length)));
  }

  private static ByteBuf composite(int length) {
    CompositeByteBuf composite = UNPOOLED.compositeDirectBuffer(3);
    int part = length / 2;
    composite.addComponent(UNPOOLED.directBuffer(part).writerIndex(part));
    composite.addComponent(UNPOOLED.heapBuffer(length - part).writerIndex(length - part));
    return composite;
  }

  private static ByteBuf slice(ByteBuf whole, int length) {
    return whole.slice(10, length).clear();
  }

  @ParameterizedTest
  @MethodSource("buffers")
  void shouldWriteFromIt(IntFunction<ByteBuf> maker) throws IOException {
    byte[] bytes = random(LENGTH, 1);
    ByteBuf source = maker.apply(LENGTH + 5).writeZero(5).writeBytes(bytes).skipBytes(5);
    try {
      store.write(3, source, false);
      assertEquals(5, source.readerIndex());
      assertEquals(LENGTH, source.readableBytes());
    } finally {
      source.release();
    }
    assertArrayEquals(bytes, read(store, 3, LENGTH));
    assertArrayEquals(new byte[3], read(store, 0, 3));
    assertArrayEquals(new byte[3], read(store, 3 + LENGTH, 3));
  }

  @ParameterizedTest
  @MethodSource("buffers")
  void shouldReadIntoIt(IntFunction<ByteBuf> maker) throws IOException {
    byte[] bytes = random(LENGTH, 2);
    Bytes.write(store, 11, bytes);
    ByteBuf target = maker.apply(LENGTH + 5).writeZero(5).skipBytes(5);
    try {
      store.read(11, target, LENGTH);
      assertArrayEquals(bytes, array(target));
    } finally {
      target.release();
    }
  }

  @ParameterizedTest
  @MethodSource("buffers")
  void shouldLeaveItAloneWhenTheReadFails(IntFunction<ByteBuf> maker) {
    ByteBuf target = maker.apply(LENGTH).writeZero(5);
    try {
      assertEquals(Status.INVALID, refusal(() -> store.read(1 << 20, target, 1)));
      assertEquals(5, target.readableBytes());
    } finally {
      target.release();
    }
  }

  private static long used() {
    return UNPOOLED.metric().usedDirectMemory() + UNPOOLED.metric().usedHeapMemory();
  }
}
