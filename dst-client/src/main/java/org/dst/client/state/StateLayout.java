package org.dst.client.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The byte layout of a state file, big-endian. Knows no locks, syncs or files.
 *
 * <pre>
 *     0  magic "DSTSTAT2"; the last character is the version of the layout
 *     8  u64  the valid slot, 0 or 1
 *    64  session ids under which an attach was begun and not answered, 16 of 16 bytes; zero if none
 *  4096  slot 0
 *  8192  slot 1
 *
 *  a slot:
 *     0  session id that is held; zero if none
 *    16  identity of the store
 *    32  u64  1 if the identity is known
 *    40  u64  freshness of the store, as it was told last
 *    48  u32  lanes
 *    64  for each of 64 lanes: verifier, u8 whether it has unflushed changes, 7 bytes of zero
 *  1600  {@link AttachTarget}
 * </pre>
 *
 * <p>A session is written to the invalid slot, and one store of eight bytes makes it valid: a crash
 * in between leaves the old contents.
 */
final class StateLayout {
  static final int LENGTH = 12288;
  static final int MAX_LANES = 64;
  static final UUID NONE = new UUID(0, 0);

  private static final long MAGIC = 0x4453_5453_5441_5432L;
  private static final int VERSION_BITS = 8;
  private static final int VALID_AT = 8;
  private static final int CANDIDATES_AT = 64;
  private static final int MAX_CANDIDATES = 16;
  private static final int UUID_LENGTH = 16;
  private static final int SLOT_LENGTH = 4096;
  private static final int IDENTITY_AT = 16;
  private static final int KNOWN_AT = 32;
  private static final int FRESHNESS_AT = 40;
  private static final int LANES_AT = 48;
  private static final int LANE_AT = 64;
  private static final int LANE_LENGTH = 24;
  private static final int TARGET_AT = LANE_AT + MAX_LANES * LANE_LENGTH;

  private final ByteBuffer bytes;

  /** Wraps the contents of a file, which are {@link #LENGTH} bytes. */
  StateLayout(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  boolean isValid() {
    return bytes.getLong(0) == MAGIC;
  }

  /** Whether it is a state file with the layout of another version of dst. */
  static boolean isOfAnotherVersion(long magic) {
    return magic != MAGIC && magic >>> VERSION_BITS == MAGIC >>> VERSION_BITS;
  }

  /** Initializes a state file with nothing but its target. */
  void clear(AttachTarget target) {
    bytes.putLong(0, 0);
    for (int at = VALID_AT; at < LENGTH; at += Long.BYTES) {
      bytes.putLong(at, 0);
    }
    target(target);
    bytes.putLong(0, MAGIC);
  }

  private int valid() {
    return SLOT_LENGTH + (int) (bytes.getLong(VALID_AT) & 1) * SLOT_LENGTH;
  }

  /** The granted session, then those that may have been granted, newest first. */
  List<UUID> sessions() {
    List<UUID> all = new ArrayList<>();
    if (!uuid(valid()).equals(NONE)) {
      all.add(uuid(valid()));
    }
    for (int i = 0; i < MAX_CANDIDATES; i++) {
      UUID candidate = uuid(CANDIDATES_AT + i * UUID_LENGTH);
      if (!candidate.equals(NONE)) {
        all.add(candidate);
      }
    }
    return all;
  }

  /** Adds a candidate; drops the oldest if there are too many. */
  void addCandidate(UUID session) {
    for (int i = MAX_CANDIDATES - 1; i > 0; i--) {
      put(CANDIDATES_AT + i * UUID_LENGTH, uuid(CANDIDATES_AT + (i - 1) * UUID_LENGTH));
    }
    put(CANDIDATES_AT, session);
  }

  void removeCandidate(UUID session) {
    for (int i = 0; i < MAX_CANDIDATES; i++) {
      if (uuid(CANDIDATES_AT + i * UUID_LENGTH).equals(session)) {
        put(CANDIDATES_AT + i * UUID_LENGTH, NONE);
      }
    }
  }

  /** Writes a session into the invalid slot. */
  void prepare(UUID session, UUID identity, int lanes, AttachTarget target) {
    long freshness = identity.equals(identity()) ? freshness() : 0;
    int slot = invalid();
    for (int at = slot; at < slot + SLOT_LENGTH; at += Long.BYTES) {
      bytes.putLong(at, 0);
    }
    put(slot, session);
    put(slot + IDENTITY_AT, identity);
    bytes.putLong(slot + KNOWN_AT, 1);
    bytes.putLong(slot + FRESHNESS_AT, freshness);
    bytes.putInt(slot + LANES_AT, lanes);
    bytes.put(slot + TARGET_AT, target.encoded(SLOT_LENGTH - TARGET_AT));
  }

  /** Makes the prepared slot valid, and clears the candidates. */
  void swap() {
    bytes.putLong(VALID_AT, invalid() == SLOT_LENGTH ? 0 : 1);
    for (int i = 0; i < MAX_CANDIDATES; i++) {
      put(CANDIDATES_AT + i * UUID_LENGTH, NONE);
    }
  }

  private int invalid() {
    return valid() == SLOT_LENGTH ? 2 * SLOT_LENGTH : SLOT_LENGTH;
  }

  /** The store's identity; null if no attach was granted yet. */
  UUID identity() {
    return bytes.getLong(valid() + KNOWN_AT) == 1 ? uuid(valid() + IDENTITY_AT) : null;
  }

  AttachTarget target() {
    return AttachTarget.decode(bytes.slice(valid() + TARGET_AT, SLOT_LENGTH - TARGET_AT));
  }

  void target(AttachTarget target) {
    byte[] encoded = target.encoded(SLOT_LENGTH - TARGET_AT);
    bytes.put(valid() + TARGET_AT, encoded);
  }

  long freshness() {
    return bytes.getLong(valid() + FRESHNESS_AT);
  }

  void freshness(long value) {
    bytes.putLong(valid() + FRESHNESS_AT, value);
  }

  int lanes() {
    return Math.clamp(bytes.getInt(valid() + LANES_AT), 0, MAX_LANES);
  }

  UUID verifier(int lane) {
    return uuid(lane(lane));
  }

  void verifier(int lane, UUID verifier) {
    put(lane(lane), verifier);
  }

  boolean isUnflushed(int lane) {
    return bytes.get(lane(lane) + UUID_LENGTH) != 0;
  }

  void unflushed(int lane, boolean any) {
    bytes.put(lane(lane) + UUID_LENGTH, (byte) (any ? 1 : 0));
  }

  private int lane(int number) {
    return valid() + LANE_AT + number * LANE_LENGTH;
  }

  private UUID uuid(int at) {
    return new UUID(bytes.getLong(at), bytes.getLong(at + Long.BYTES));
  }

  private void put(int at, UUID value) {
    bytes.putLong(at, value.getMostSignificantBits());
    bytes.putLong(at + Long.BYTES, value.getLeastSignificantBits());
  }
}
