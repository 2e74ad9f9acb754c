package org.dst.client.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.dst.crypto.pool.CryptoPool;
import org.dst.protocol.Opcode;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is done to the bytes on the way, a link delivers what was sent up to there or ends. */
@ExtendWith(Watch.class)
@Timeout(120)
class SecuredTamperingTest {
  private static final int FRAMES = 5;
  private static final int SMALL = 30;
  private static final int LARGE = 300_000;

  private static long secret = -1000;

  private final CryptoPool pool = new CryptoPool(2);

  @AfterEach
  void stop() {
    pool.close();
  }

  /** The records of {@link #FRAMES} frames, each by itself. */
  private List<byte[]> records(SecuredPair pair, int payload) {
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < FRAMES; i++) {
      pair.write(Opcode.WRITE, i, payload);
      records.add(pair.sent());
    }
    return records;
  }

  /**
   * Lets the bytes arrive at a pair of its own, and the end of the stream behind them.
   *
   * @param genuine how many frames of the start are as they were sent
   */
  private void assertEnds(List<byte[]> records, int genuine, int payload, String what) {
    assertEnds(records, genuine, payload, what, false);
  }

  private void assertEnds(
      List<byte[]> records, int genuine, int payload, String what, boolean lengthTells) {
    try (SecuredPair pair = new SecuredPair(pool, secret)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      records.forEach(all::writeBytes);
      pair.arrive(all.toByteArray(), 0, all.size());
      pair.await(genuine + 1); // returns at the first damage
      assertEquals(1, pair.receiver.malformed.size(), what);
      int heard = pair.receiver.heard.size();
      // A length that cannot be is seen before what came earlier is opened.
      assertTrue(lengthTells ? heard <= genuine : heard == genuine, what + ": " + heard);
      for (int i = 0; i < heard; i++) {
        assertEquals(i, pair.receiver.heard.get(i).id(), what);
        assertArrayEquals(
            SecuredPair.bytes(i, payload), pair.receiver.heard.get(i).payload(), what);
      }
      pair.arrive(records.get(0), 0, records.get(0).length);
      pair.runIn();
      assertEquals(heard, pair.receiver.heard.size(), "nothing follows");
    }
  }

  private List<byte[]> fresh(int payload) {
    secret--;
    try (SecuredPair pair = new SecuredPair(pool, secret)) {
      return records(pair, payload);
    }
  }

  @Test
  void shouldEndAtEveryFlippedBitOfASmallRecord() {
    List<byte[]> sent = fresh(SMALL);
    for (int at = 0; at < sent.get(2).length; at++) {
      List<byte[]> changed = new ArrayList<>(sent);
      byte[] bytes = sent.get(2).clone();
      bytes[at] ^= (byte) (1 << at % 8);
      changed.set(2, bytes);
      if (at < 4 && larger(bytes, sent.get(2))) {
        continue; // waits for bytes that never come: the ping's business
      }
      assertEnds(changed, 2, SMALL, "byte " + at);
    }
  }

  /** Whether the length has become larger, but not too large. */
  private static boolean larger(byte[] changed, byte[] original) {
    int now = java.nio.ByteBuffer.wrap(changed).getInt();
    return now > java.nio.ByteBuffer.wrap(original).getInt() && now < 33 << 20;
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL, LARGE})
  void shouldEndAtChangesAnywhere(int payload) {
    List<byte[]> sent = fresh(payload);
    Random random = new Random(payload);
    for (int i = 0; i < 100; i++) {
      int record = random.nextInt(FRAMES);
      List<byte[]> changed = new ArrayList<>(sent);
      byte[] bytes = sent.get(record).clone();
      int at = 4 + random.nextInt(bytes.length - 4);
      bytes[at] ^= (byte) (1 + random.nextInt(255));
      changed.set(record, bytes);
      assertEnds(changed, record, payload, "record " + record + ", byte " + at);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL, LARGE})
  void shouldEndAtARecordThatIsRepeatedMissingOrMoved(int payload) {
    List<byte[]> sent = fresh(payload);
    for (int i = 0; i < FRAMES - 1; i++) {
      List<byte[]> repeated = new ArrayList<>(sent);
      repeated.add(i + 1, sent.get(i));
      assertEnds(repeated, i + 1, payload, "repeated " + i);
      List<byte[]> missing = new ArrayList<>(sent);
      missing.remove(i);
      assertEnds(missing, i, payload, "missing " + i);
      List<byte[]> moved = new ArrayList<>(sent);
      Collections.swap(moved, i, i + 1);
      assertEnds(moved, i, payload, "moved " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL, LARGE})
  void shouldEndWhenBytesAreCutOutOrPutIn(int payload) {
    List<byte[]> sent = fresh(payload);
    Random random = new Random(2 * payload);
    for (int i = 0; i < 30; i++) {
      int record = random.nextInt(FRAMES - 1);
      byte[] whole = sent.get(record);
      int at = 4 + random.nextInt(whole.length - 4);
      int count = 1 + random.nextInt(20);
      byte[] cut = Arrays.copyOf(whole, whole.length - Math.min(count, whole.length - at));
      System.arraycopy(whole, whole.length - (cut.length - at), cut, at, cut.length - at);
      List<byte[]> shorter = new ArrayList<>(sent);
      shorter.set(record, cut);
      assertEnds(shorter, record, payload, "cut at " + at, true);
      byte[] longer = Arrays.copyOf(whole, whole.length + count);
      System.arraycopy(whole, at, longer, at + count, whole.length - at);
      longer[at] ^= 1; // or it is put behind equal bytes, and the record is the one it was
      List<byte[]> put = new ArrayList<>(sent);
      put.set(record, longer);
      assertEnds(put, record, payload, "put in at " + at, true);
    }
  }

  @Test
  void shouldDeliverNothingOfATruncatedRecord() {
    for (int payload : new int[] {SMALL, LARGE}) {
      byte[] record = fresh(payload).get(0);
      try (SecuredPair pair = new SecuredPair(pool, secret)) {
        pair.arrive(record, 0, record.length - 1);
        pair.in.close();
        assertEquals(1, pair.receiver.closed);
        assertTrue(pair.receiver.heard.isEmpty());
      }
    }
  }

  @Test
  void shouldAcceptNothingThatIsReflectedOrFromAnotherLink() {
    List<byte[]> sent = fresh(SMALL);
    try (SecuredPair pair = new SecuredPair(pool, secret)) {
      // What one end has sent comes back to it.
      pair.out.writeInbound(pair.out.alloc().directBuffer().writeBytes(sent.get(0)));
      assertEquals(1, pair.sender.malformed.size());
      assertTrue(pair.sender.heard.isEmpty());
    }
  }
}
