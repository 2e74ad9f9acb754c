package org.dst.client.state;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.dst.client.session.LaneJournal;

/**
 * The state file of one attachment. Layout, big-endian: magic, lanes, session id, store identity,
 * then for each lane its verifier and whether it has unflushed changes.
 *
 * <p>It is not synced: it has to survive the process, not the machine. With the machine dies
 * whoever was told that a write is done, and the file system above recovers as after any power
 * loss.
 */
public final class ClientState implements AutoCloseable {
  private static final long MAGIC = 0x4453_5453_5441_5431L;
  private static final int MAX_LANES = 64;
  private static final int LANES_AT = 8;
  private static final int SESSION_AT = 16;
  private static final int IDENTITY_AT = 32;
  private static final int LANE_AT = 64;
  private static final int LANE_LENGTH = 24;
  private static final int LENGTH = LANE_AT + MAX_LANES * LANE_LENGTH;

  /**
   * What this process holds. Closing any channel of a file ends all locks that the process has on
   * it, so a file that is held must not even be opened.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;
  private final MappedByteBuffer bytes;

  /**
   * What a process that has died left behind.
   *
   * @param session its secret session id
   * @param identity of the store
   * @param unflushed whether it had acknowledged changes that were not durable
   * @param verifier of the cache that holds those; null if lanes disagreed, or none was dirty
   */
  public record Predecessor(UUID session, UUID identity, boolean unflushed, UUID verifier) {}

  private ClientState(Path path, FileChannel channel, FileLock lock, MappedByteBuffer bytes) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
    this.bytes = bytes;
  }

  /**
   * Opens and locks a state file, which is made if there is none.
   *
   * @throws IOException if another process has it, or it cannot be used; the message says so
   */
  public static ClientState open(Path path) throws IOException {
    Path held = path.toAbsolutePath().normalize();
    if (!HELD.add(held)) {
      throw isHeld(path);
    }
    try {
      return openUnheld(held);
    } catch (IOException | RuntimeException failed) {
      HELD.remove(held);
      throw failed;
    }
  }

  private static ClientState openUnheld(Path path) throws IOException {
    FileChannel channel = openFile(path);
    try {
      FileLock lock = lock(channel, path);
      MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH);
      return new ClientState(path, channel, lock, bytes);
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  private static FileChannel openFile(Path path) throws IOException {
    try {
      Files.createDirectories(path.getParent());
      return FileChannel.open(
          path,
          Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException failed) {
      throw new IOException(
          "cannot use the state file %s: %s; --state-dir names another directory"
              .formatted(path, failed),
          failed);
    }
  }

  private static FileLock lock(FileChannel channel, Path path) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      throw isHeld(path);
    }
    return lock;
  }

  private static IOException isHeld(Path path) {
    return new IOException(
        "this machine has the export attached already: a living process holds %s".formatted(path));
  }

  /** What a process that has died left behind; null if there is nothing. */
  public Predecessor predecessor() {
    if (bytes.getLong(0) != MAGIC) {
      return null;
    }
    boolean unflushed = false;
    UUID verifier = null;
    for (int lane = 0; lane < Math.clamp(bytes.getInt(LANES_AT), 0, MAX_LANES); lane++) {
      int at = LANE_AT + lane * LANE_LENGTH;
      if (bytes.get(at + 16) != 0) {
        UUID held = uuid(at);
        verifier = !unflushed || held.equals(verifier) ? held : null;
        unflushed = true;
      }
    }
    return new Predecessor(uuid(SESSION_AT), uuid(IDENTITY_AT), unflushed, verifier);
  }

  /** Begins to keep the state of a session; what was there before is forgotten. */
  public void begin(UUID session, UUID identity, int lanes) {
    bytes.putLong(0, 0);
    for (int at = LANE_AT; at < LENGTH; at++) {
      bytes.put(at, (byte) 0);
    }
    bytes.putInt(LANES_AT, lanes);
    put(SESSION_AT, session);
    put(IDENTITY_AT, identity);
    bytes.putLong(0, MAGIC);
  }

  /** The part that lane {@code number} keeps up to date. */
  public LaneJournal journal(int number) {
    int at = LANE_AT + number * LANE_LENGTH;
    return new LaneJournal() {
      @Override
      public void verifier(UUID verifier) {
        put(at, verifier);
      }

      @Override
      public void unflushed(boolean any) {
        bytes.put(at + 16, (byte) (any ? 1 : 0));
      }
    };
  }

  private UUID uuid(int at) {
    return new UUID(bytes.getLong(at), bytes.getLong(at + 8));
  }

  private void put(int at, UUID value) {
    bytes.putLong(at, value.getMostSignificantBits());
    bytes.putLong(at + 8, value.getLeastSignificantBits());
  }

  /** Gives the file up; what it says stays for a successor. */
  @Override
  public void close() throws IOException {
    try (channel) {
      lock.release();
    } finally {
      HELD.remove(path);
    }
  }

  /** Gives the file up and removes it: the session was left cleanly, nothing can be missing. */
  public void remove() throws IOException {
    Files.deleteIfExists(path);
    close();
  }
}
