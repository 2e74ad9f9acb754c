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
import org.dst.client.lane.UnflushedMarker;

/**
 * The state file of one attachment, locked while it is open. It survives the process. Session ids,
 * which prove that a lease is this machine's, survive a power loss, too: they are on the medium
 * before they are sent. What lanes write is not synced: whoever was told that a write is done dies
 * with the machine, and the file system above recovers as after any power loss. For threads that
 * may block; a marker belongs to its lane's event loop.
 */
public final class ClientState implements AutoCloseable {
  /**
   * The files that this process holds; guarded by itself. Closing any channel of a file drops all
   * of the process's locks on it, so a held file must not even be opened.
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
   * Opens and locks a state file, creating it if there is none.
   *
   * @param target the target of a new file
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
      if (lock == null || !Files.exists(path)) { // its owner may have removed it just now
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

  /**
   * Allocates the blocks of a file: storing to a mapped page without one would kill the process
   * (SIGBUS).
   */
  private static void fill(Path path, FileChannel channel) throws IOException {
    try {
      ByteBuffer zeros = ByteBuffer.allocate(StateLayout.LENGTH);
      while (zeros.hasRemaining()) {
        channel.write(zeros, zeros.position());
      }
      channel.force(true); // some file systems report ENOSPC only now
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
        "this machine has the export attached already: a running process holds %s".formatted(path));
  }

  /** The state that this process holds at an absolute path; null if none. */
  static ClientState held(Path path) {
    synchronized (HELD) {
      return HELD.get(path);
    }
  }

  StateLayout layout() {
    return layout;
  }

  /** Its path. */
  public Path path() {
    return path;
  }

  /** What a dead process left in the file; null if nothing. */
  public Predecessor predecessor() {
    return Predecessor.of(layout);
  }

  /** The store's freshness as announced last; 0 if unknown. */
  public long freshness() {
    return layout.freshness();
  }

  /**
   * Records the store's freshness if it rose. Not synced: an older number only weakens the check.
   */
  public void freshness(long value) {
    if (value > layout.freshness()) {
      layout.freshness(value);
    }
  }

  /**
   * Records durably that an attach is about to be sent under a session id, so that a successor can
   * prove that the lease it may get is this machine's.
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

  /** Records that nothing was granted under a session id, or that it was released. */
  public void withdraw(UUID session) {
    layout.removeCandidate(session);
  }

  /** Records durably that a session was granted; replaces what the file said before. */
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

  /** The marker of lane {@code number} of the granted session. */
  public UnflushedMarker marker(int number) {
    return new UnflushedMarker() {
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

  /** Closes the file. It stays for a successor, unless it says nothing; then it is removed. */
  @Override
  public void close() throws IOException {
    end(predecessor() == null);
  }

  /** Closes and removes the file: nothing is held, and nothing can be lost. */
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
