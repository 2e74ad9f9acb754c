package org.dst.server.state;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.dst.server.store.BlockStore;

/**
 * The directory where a server keeps the records of its stores. A record is found by the medium of
 * its store, not by its path. Methods block.
 */
public final class StateDirectory {
  private final RecordFiles files;
  private final InstantSource clock;

  /** Uses a directory, created when it is first needed. */
  public StateDirectory(Path directory) {
    this(directory, InstantSource.system());
  }

  /**
   * Uses a directory.
   *
   * @param clock for the time when a store was opened
   */
  StateDirectory(Path directory, InstantSource clock) {
    files = new RecordFiles(directory);
    this.clock = clock;
  }

  /**
   * Reads the records, to look up those of several stores. Other servers that want to do the same
   * wait until this is closed.
   *
   * @throws IOException if a record cannot be read; the message says what to do
   */
  public StoreRecognition opening() throws IOException {
    return new StoreRecognition(files, clock);
  }

  /** Finds or creates the record of one store; see {@link StoreRecognition#open}. */
  public LockedRecord open(String export, BlockStore store) throws IOException {
    try (StoreRecognition opening = opening()) {
      return opening.open(export, store);
    }
  }

  /**
   * Prepares to bind a store to another medium.
   *
   * @param export the name under which it was exported
   * @throws IOException if a record cannot be read; the message says what to do
   */
  public Adoption adoption(String export) throws IOException {
    return new Adoption(files, clock, export);
  }

  /** The path as records store it: absolute, without resolving links. */
  static String pathOf(String location) {
    return Path.of(location).toAbsolutePath().normalize().toString();
  }
}
