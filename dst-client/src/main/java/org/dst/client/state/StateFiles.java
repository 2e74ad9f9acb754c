package org.dst.client.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a machine's state files. Files are found by their contents, the attach target
 * and the store's identity; their names mean nothing. Searching and claiming happen under a lock on
 * the directory, one process at a time. For threads that may block.
 */
public final class StateFiles {
  private static final Logger log = LoggerFactory.getLogger(StateFiles.class);
  private static final String SUFFIX = ".state";
  private static final int READABLE = 60;

  private final Path directory;
  private final StateDisk disk;

  /** A snapshot of a file; {@code living} if a process, perhaps this one, holds it. */
  private record Seen(
      Path path, boolean living, AttachTarget target, UUID identity, FileTime touched) {}

  /** An operation under the directory lock. */
  private interface Look<T> {
    T take() throws IOException;
  }

  /** The state files in a directory, which is created when needed. */
  public StateFiles(Path directory) {
    this(directory, StateDisk.REAL);
  }

  StateFiles(Path directory, StateDisk disk) {
    this.directory = directory.toAbsolutePath().normalize();
    this.disk = disk;
  }

  /**
   * Opens the file of the last session that was attached to that target, or a new one.
   *
   * @throws IOException if a living process is attached there, or the directory cannot be used
   */
  public ClientState claim(AttachTarget target) throws IOException {
    return alone(
        () -> {
          List<Seen> there = new ArrayList<>(seen());
          there.removeIf(file -> file.target() == null || !file.target().meets(target));
          for (Seen file : there) {
            refuseLiving(file);
          }
          Seen last = there.stream().max(Comparator.comparing(Seen::touched)).orElse(null);
          return last == null ? create(target) : ClientState.open(last.path(), target, disk);
        });
  }

  /** Opens a new file, whatever others exist. */
  public ClientState claimNew(AttachTarget target) throws IOException {
    return alone(() -> create(target));
  }

  /**
   * Opens the files about a store: at most one, unless something went wrong.
   *
   * @param own a file to skip
   * @throws IOException if a living process has one of them
   */
  public List<ClientState> claimStore(UUID identity, ClientState own) throws IOException {
    return alone(
        () -> {
          List<Seen> about = new ArrayList<>(seen());
          about.removeIf(file -> isOwn(file, own) || !identity.equals(file.identity()));
          for (Seen file : about) {
            refuseLiving(file);
          }
          List<ClientState> opened = new ArrayList<>();
          for (Seen file : about) {
            opened.add(ClientState.open(file.path(), file.target(), disk));
          }
          return opened;
        });
  }

  /** Whether another process of this machine, or another attachment of this one, is alive. */
  public boolean anyLiving(ClientState own) throws IOException {
    return alone(() -> seen().stream().anyMatch(file -> file.living() && !isOwn(file, own)));
  }

  /**
   * A store was attached at a target: drops these addresses from files about other stores that were
   * there before.
   */
  public void settled(AttachTarget target, ClientState own) throws IOException {
    alone(
        () -> {
          for (Seen file : seen()) {
            if (!isOwn(file, own)
                && !file.living()
                && file.target() != null
                && file.target().meets(target)) {
              leaveAddresses(file, target);
            }
          }
          return null;
        });
  }

  private void leaveAddresses(Seen file, AttachTarget target) throws IOException {
    try (ClientState other = ClientState.open(file.path(), file.target(), disk)) {
      if (file.identity() == null) {
        other.remove(); // nothing would ever find it again
      } else {
        other.layout().target(file.target().without(target));
      }
    }
  }

  private static boolean isOwn(Seen file, ClientState own) {
    return own != null && own.path().equals(file.path());
  }

  private static void refuseLiving(Seen file) throws IOException {
    if (file.living()) {
      throw ClientState.isHeld(file.path());
    }
  }

  private ClientState create(AttachTarget target) throws IOException {
    String readable = target.export().replaceAll("[^A-Za-z0-9._-]", "_");
    String name =
        "%s-%016x%s"
            .formatted(
                readable.substring(0, Math.min(readable.length(), READABLE)),
                new SecureRandom().nextLong(),
                SUFFIX);
    return ClientState.open(directory.resolve(name), target, disk);
  }

  private <T> T alone(Look<T> look) throws IOException {
    synchronized (StateFiles.class) {
      try (FileChannel file = openLock()) {
        file.lock(); // closing the file ends it
        return look.take();
      }
    }
  }

  private FileChannel openLock() throws IOException {
    Path path = directory.resolve("lock");
    try {
      Files.createDirectories(directory);
      return FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    } catch (IOException failed) {
      throw ClientState.cannotUse(path, failed);
    }
  }

  private List<Seen> seen() throws IOException {
    List<Path> paths;
    try (Stream<Path> all = Files.list(directory)) {
      paths = all.filter(Files::isRegularFile).toList();
    }
    List<Seen> files = new ArrayList<>();
    for (Path path : paths) {
      Seen seen = look(path);
      if (seen != null) {
        files.add(seen);
      }
    }
    return files;
  }

  private static Seen look(Path path) throws IOException {
    if (path.getFileName().toString().equals("lock")) {
      return null;
    }
    ClientState held = ClientState.held(path);
    if (held != null) {
      return seen(path, true, held.layout());
    }
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      FileLock lock = file.tryLock();
      ByteBuffer bytes = ByteBuffer.allocate(StateLayout.LENGTH);
      while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {
        // until the end of the file, or of what it should have
      }
      return warnOfAnotherVersion(path, bytes.getLong(0))
          ? null
          : seen(path, lock == null, new StateLayout(bytes));
    } catch (NoSuchFileException gone) {
      return null; // its owner has left meanwhile
    }
  }

  private static boolean warnOfAnotherVersion(Path path, long magic) {
    boolean other = StateLayout.isOfAnotherVersion(magic);
    if (other) {
      log.warn(
          "ignoring {}, written by another version of dst: if its owner died, attach once with that"
              + " version or with --take-over, then remove the file",
          path);
    }
    return other;
  }

  private static Seen seen(Path path, boolean living, StateLayout layout) throws IOException {
    return layout.isValid()
        ? new Seen(
            path, living, layout.target(), layout.identity(), Files.getLastModifiedTime(path))
        : null;
  }
}
