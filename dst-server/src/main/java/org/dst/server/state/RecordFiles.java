package org.dst.server.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The files of a state directory. Each store has a record, named by the store's identity and
 * replaced atomically with a sync, so that a crash leaves either the old or the new record; and a
 * lock file, locked while a server has the store. Blocks.
 */
final class RecordFiles {
  private static final String IDENTITY = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final String LOCK = ".lock";

  private final Path directory;

  RecordFiles(Path directory) {
    this.directory = directory;
  }

  /** Keeps everybody else from looking for records, and from making some, until it is closed. */
  RecordLock lockAll() throws IOException {
    try {
      Files.createDirectories(directory);
      return RecordLock.await(directory.resolve("search" + LOCK));
    } catch (IOException failed) {
      throw unwritable(failed);
    }
  }

  /**
   * Takes a store for this server.
   *
   * @param exclusive or beside other servers that only read
   * @return null if another one has it
   */
  RecordLock lock(UUID identity, boolean exclusive) throws IOException {
    try {
      return RecordLock.tryTake(directory.resolve(identity + LOCK), exclusive);
    } catch (IOException failed) {
      throw unwritable(failed);
    }
  }

  /** Whether some server has a store. */
  boolean isInUse(UUID identity) throws IOException {
    RecordLock lock = lock(identity, true);
    if (lock != null) {
      lock.close();
    }
    return lock == null;
  }

  /**
   * All records.
   *
   * @throws IOException if one of them cannot be read; the message says what to do
   */
  List<KnownStore> readAll() throws IOException {
    List<KnownStore> known = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            directory, file -> file.getFileName().toString().matches(IDENTITY))) {
      for (Path file : files) {
        known.add(read(file));
      }
    }
    return known;
  }

  /** The record of a store as it is now. */
  KnownStore read(UUID identity) throws IOException {
    return read(directory.resolve(identity.toString()));
  }

  private static KnownStore read(Path file) throws IOException {
    try {
      return KnownStore.decode(Files.readAllLines(file));
    } catch (IllegalArgumentException | CharacterCodingException damaged) {
      throw new IOException(
          ("%s is damaged (%s); it says which medium is which store, and who may write to it. If"
                  + " nobody does, remove it: clients that were attached will have to attach anew")
              .formatted(file, damaged.getMessage()),
          damaged);
    }
  }

  /** Replaces the record of a store, or makes it; durable at the return. */
  void write(KnownStore store) throws IOException {
    try {
      Path file = directory.resolve(store.identity().toString());
      Path next = file.resolveSibling(file.getFileName() + ".new");
      write(next, String.join("\n", store.encode()) + "\n");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      sync();
    } catch (IOException failed) {
      throw unwritable(failed);
    }
  }

  /** Forgets a store; durable at the return. */
  void remove(UUID identity) throws IOException {
    try {
      Files.deleteIfExists(directory.resolve(identity.toString()));
      Files.deleteIfExists(directory.resolve(identity + LOCK));
      sync();
    } catch (IOException failed) {
      throw unwritable(failed);
    }
  }

  /** What an earlier version has kept of the store at a path; null if nothing. */
  StoreRecord readFormer(Path path) throws IOException {
    Path file = directory.resolve(LegacyRecords.fileName(path));
    try {
      return LegacyRecords.decode(Files.readAllLines(file));
    } catch (NoSuchFileException none) {
      return null;
    } catch (IllegalArgumentException | CharacterCodingException damaged) {
      throw new IOException(
          "%s is damaged (%s); it says who may write to %s. If nobody does, remove it"
              .formatted(file, damaged.getMessage(), path),
          damaged);
    }
  }

  /** That has been taken over. */
  void removeFormer(Path path) throws IOException {
    Files.deleteIfExists(directory.resolve(LegacyRecords.fileName(path)));
  }

  private IOException unwritable(IOException failed) {
    return new IOException(
        "cannot write the state directory %s: %s; --state-dir names another one"
            .formatted(directory, failed),
        failed);
  }

  private static void write(Path file, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private void sync() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
