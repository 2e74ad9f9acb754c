package org.dst.server.store.file;

import static org.dst.server.store.Bytes.failure;
import static org.dst.server.store.Bytes.random;
import static org.dst.server.store.Bytes.read;
import static org.dst.server.store.Bytes.refusal;
import static org.dst.server.store.Bytes.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dst.protocol.Status;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FileStoreTest {
  private static final int SIZE = 1 << 20;

  @TempDir private Path directory;
  private Path path;
  private BlockStore store;

  @BeforeEach
  void open() throws StoreException {
    path = directory.resolve("disk");
    store = Stores.open(path.toString(), StoreOptions.DEFAULT.withCreateSize(SIZE));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void shouldReadBackWhatWasWritten() throws IOException {
    byte[] bytes = random(200_001, 1);
    write(store, 77, bytes);
    assertArrayEquals(bytes, read(store, 77, bytes.length));
    byte[] whole = Files.readAllBytes(path);
    assertEquals(SIZE, whole.length);
    assertEquals(bytes[0], whole[77]);
    assertEquals(0, whole[76]);
    assertEquals(0, whole[77 + bytes.length]);
  }

  @Test
  void shouldWriteDurably() throws IOException {
    byte[] bytes = random(200_001, 2);
    write(store, 4096, bytes, true);
    assertArrayEquals(bytes, read(store, 4096, bytes.length));
    store.sync();
  }

  @Test
  void shouldReadWithoutWaitingWhatWasJustWritten() throws IOException {
    byte[] bytes = random(8192, 3);
    write(store, 0, bytes);
    ByteBuf target = Unpooled.directBuffer(8192 + 3).writeZero(3);
    boolean there = store.tryRead(0, target, 8192);
    int length = target.readableBytes();
    target.release();
    // Not every file system promises not to wait; none may answer in part.
    assertEquals(there ? 8192 + 3 : 3, length);
  }

  @Test
  void shouldAcceptHintsAndEmptyRanges() throws IOException {
    store.cache(0, SIZE);
    store.cache(SIZE, 0);
    store.startWriteBack(0, SIZE);
    store.trim(SIZE, 0);
    store.writeZeroes(SIZE, 0, true, false);
    write(store, SIZE, new byte[0]);
    assertEquals(0, read(store, SIZE, 0).length);
    assertEquals(SIZE, store.size());
  }

  @Test
  void shouldRefuseReadsOutsideTheStore() {
    assertEquals(Status.INVALID, refusal(() -> read(store, SIZE - 1, 2)));
    assertEquals(Status.INVALID, refusal(() -> read(store, Long.MAX_VALUE, 1)));
    assertEquals(Status.INVALID, refusal(() -> read(store, -1, 1)));
    assertEquals(Status.INVALID, refusal(() -> store.tryRead(SIZE, Unpooled.EMPTY_BUFFER, 1)));
    assertEquals(Status.INVALID, refusal(() -> store.cache(1, Long.MAX_VALUE)));
    assertEquals(Status.INVALID, refusal(() -> store.status(SIZE - 1, 2, 1)));
    assertEquals(Status.INVALID, refusal(() -> store.status(0, 0, 1)));
  }

  @Test
  void shouldRefuseChangesBeyondTheEnd() throws IOException {
    assertEquals(Status.NO_SPACE, refusal(() -> write(store, SIZE - 1, new byte[2])));
    assertEquals(Status.NO_SPACE, refusal(() -> write(store, Long.MAX_VALUE, new byte[2])));
    assertEquals(Status.NO_SPACE, refusal(() -> store.trim(1, Long.MAX_VALUE)));
    assertEquals(Status.NO_SPACE, refusal(() -> store.writeZeroes(SIZE, 1, false, false)));
    assertEquals(Status.INVALID, refusal(() -> store.trim(-1, 1)));
    assertEquals(Status.INVALID, refusal(() -> store.writeZeroes(0, -1, false, false)));
    assertEquals(SIZE, Files.size(path));
  }

  @Test
  void shouldFailAReadOfWhatWasTruncatedAway() throws IOException {
    write(store, 0, random(SIZE, 4));
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(5000);
    }
    StoreException failure = failure(() -> read(store, 4096, 4096));
    assertEquals(Status.IO_ERROR, failure.status());
    assertTrue(failure.getMessage().contains("ends at 5000"), failure.getMessage());
    assertEquals(Status.IO_ERROR, refusal(() -> read(store, 8192, 1)));
    ByteBuf target = Unpooled.directBuffer(4096);
    boolean there = store.tryRead(4096, target, 4096);
    int length = target.readableBytes();
    target.release();
    assertEquals(false, there);
    assertEquals(0, length);
    assertEquals(5000, store.size());
    assertEquals(Status.IO_ERROR, refusal(() -> read(store, 8192, 1)));
    assertEquals(Status.IO_ERROR, refusal(() -> store.status(8192, 4096, 1)));
  }

  @Test
  void shouldFollowAFileThatGrows() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(2 * SIZE);
    }
    assertEquals(Status.INVALID, refusal(() -> read(store, SIZE, 1)));
    assertEquals(2 * SIZE, store.size());
    assertArrayEquals(new byte[] {0}, read(store, SIZE, 1));
  }

  @Test
  void shouldRefuseEverythingOnceItIsClosed() {
    store.close();
    store.close();
    assertEquals(Status.SHUTTING_DOWN, refusal(() -> read(store, 0, 1)));
    assertEquals(Status.SHUTTING_DOWN, refusal(() -> write(store, 0, new byte[1])));
    assertEquals(Status.SHUTTING_DOWN, refusal(store::sync));
    assertEquals(SIZE, store.size());
  }

  @Test
  void shouldRefuseChangesOfAReadOnlyStore() throws IOException {
    byte[] bytes = random(SIZE, 5);
    write(store, 0, bytes);
    store.close();
    try (BlockStore reader = Stores.open(path.toString(), StoreOptions.DEFAULT.asReadOnly())) {
      assertTrue(reader.info().readOnly());
      assertEquals(Status.NOT_PERMITTED, refusal(() -> write(reader, 0, new byte[1])));
      assertEquals(Status.NOT_PERMITTED, refusal(() -> reader.trim(0, 1)));
      assertEquals(Status.NOT_PERMITTED, refusal(() -> reader.writeZeroes(0, 1, false, false)));
      reader.sync();
      assertArrayEquals(bytes, read(reader, 0, SIZE));
    }
  }
}
