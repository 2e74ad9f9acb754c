package org.dst.client.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.dst.client.lane.LaneJournal;

/**
 * The state file of one attachment, locked while it is open. It survives the process and, in what
 * proves that a lease is this machine's, a loss of power: session ids are on the medium before they
 * are sent. What lanes write is not synced: with the machine dies whoever was told that a write is
 * done, and the file system above recovers as after any power loss. For threads that may block; the
 * journals are for the lanes' own.
 */
public final class ClientState implements AutoCloseable {
  /**
   * What this process holds, guarded by itself. Closing any channel of a file ends all locks that
   * the process has on it, so a file that is held must not even be opened.
   */
  private static final Map<Path, ClientState> HELD = new HashMap<>();

  private final Path path;
  private final StateDisk disk;
  private final FileChannel channel;
  private final FileLock lock;
  private final MappedByteBuffer bytes;
  private final StateLayout layout;

  private ClientState(
      Path path, StateDisk disk, FileChannel channel, FileLock lock, MappedByteBuffer bytes) {
    this.path = path;
    this.disk = disk;
    this.channel = channel;
    this.lock = lock;
    this.bytes = bytes;
    layout = new StateLayout(bytes);
  }

  /**
   * Opens and locks a state file, which is made if there is none.
   *
   * @param target what a new file is about
   * @throws IOException if another process has it, or it cannot be used; the message says so
   */
  static ClientState open(Path path, AttachTarget target, StateDisk disk) throws IOException {
    Path held = path.toAbsolutePath().normalize();
    synchronized (HELD) {
      if (HELD.containsKey(held)) {
        throw isHeld(path);
      }
      ClientState state = openUnheld(held, target, disk);
      HELD.put(held, state);
      return state;
    }
  }

  private static ClientState openUnheld(Path path, AttachTarget target, StateDisk disk)
      throws IOException {
    FileChannel channel = openFile(path);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null || !Files.exists(path)) { // its owner may be just removing it
        throw isHeld(path);
      }
      if (channel.size() < StateLayout.LENGTH) {
        fill(path, channel);
      }
      MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, StateLayout.LENGTH);
      ClientState state = new ClientState(path, disk, channel, lock, bytes);
      if (!state.layout.isValid()) {
        state.layout.clear(target);
      }
      return state;
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
      throw cannotUse(path, failed);
    }
  }

  /** Takes the room of a file: a store to a mapped page without any would end the process. */
  private static void fill(Path path, FileChannel channel) throws IOException {
    try {
      ByteBuffer zeros = ByteBuffer.allocate(StateLayout.LENGTH);
      while (zeros.hasRemaining()) {
        channel.write(zeros, zeros.position());
      }
      channel.force(true); // a file system may find out only now that it is full
    } catch (IOException failed) {
      Files.deleteIfExists(path);
      throw cannotUse(path, failed);
    }
  }

  static IOException cannotUse(Path path, IOException why) {
    return new IOException(
        "cannot use the state file %s: %s; --state-dir names another directory"
            .formatted(path, why),
        why);
  }

  static IOException isHeld(Path path) {
    return new IOException(
        "this machine has the export attached already: a living process holds %s".formatted(path));
  }

  /** The file that this process holds at an absolute path; null if it does not. */
  static ClientState held(Path path) {
    synchronized (HELD) {
      return HELD.get(path);
    }
  }

  StateLayout layout() {
    return layout;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** What a process that has died left behind; null if there is nothing. */
  public Predecessor predecessor() {
    return Predecessor.of(layout);
  }

  /** How fresh the store was, as it was told last; 0 if nothing is known. */
  public long freshness() {
    return layout.freshness();
  }

  /**
   * Remembers how fresh the store is, if it is fresher than before. Not synced: an older number
   * only makes the check weaker.
   */
  public void freshness(long value) {
    if (value > layout.freshness()) {
      layout.freshness(value);
    }
  }

  /**
   * Notes, durably, that an attach is to be sent under a session id: from now on a successor can
   * prove that the lease which it may get is this machine's.
   */
  public void propose(UUID session) throws IOException {
    layout.addCandidate(session);
    sync();
    try {
      disk.syncDirectory(path.getParent());
    } catch (IOException failed) {
      throw cannotUse(path, failed);
    }
  }

  /** Notes that nothing was granted under a session id, or that it was given back. */
  public void withdraw(UUID session) {
    layout.removeCandidate(session);
  }

  /** Makes a granted session the one that is held, durably; what was before is forgotten. */
  public void begin(UUID session, UUID identity, int lanes, AttachTarget target)
      throws IOException {
    layout.prepare(session, identity, lanes, target);
    sync();
    layout.swap();
    sync();
  }

  private void sync() throws IOException {
    try {
      disk.sync(path, channel, bytes);
    } catch (IOException failed) {
      throw cannotUse(path, failed);
    }
  }

  /** The part that lane {@code number} keeps up to date, of the session that is held. */
  public LaneJournal journal(int number) {
    return new LaneJournal() {
      @Override
      public void verifier(UUID verifier) {
        layout.verifier(number, verifier);
      }

      @Override
      public void unflushed(boolean any) {
        layout.unflushed(number, any);
      }
    };
  }

  /** Gives the file up. What it says stays for a successor; if that is nothing, it is removed. */
  @Override
  public void close() throws IOException {
    end(predecessor() == null);
  }

  /** Gives the file up and removes it: nothing is held, and nothing can be missing. */
  public void remove() throws IOException {
    end(true);
  }

  private void end(boolean remove) throws IOException {
    synchronized (HELD) {
      if (!HELD.remove(path, this)) {
        return;
      }
      try (channel) {
        if (remove) {
          Files.deleteIfExists(path);
        }
        lock.release();
      }
    }
  }
}
