package org.dst.server.state;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.dst.server.store.BlockStore;

/**
 * Where a server keeps the records of its stores. A record is found by the medium of the store, not
 * by its path. Methods block.
 */
public final class StateDirectory {
  private final RecordFiles files;
  private final InstantSource clock;

  /** Uses a directory, which is made when it is needed. */
  public StateDirectory(Path directory) {
    this(directory, InstantSource.system());
  }

  /**
   * Uses a directory.
   *
   * @param clock tells when a store was opened
   */
  StateDirectory(Path directory, InstantSource clock) {
    files = new RecordFiles(directory);
    this.clock = clock;
  }

  /**
   * Reads the records, to find those of several stores. Until it is closed other servers wait that
   * want to find theirs.
   *
   * @throws IOException if a record cannot be read; the message says what to do
   */
  public StoreOpening opening() throws IOException {
    return new StoreOpening(files, clock);
  }

  /** Finds or makes the record of one store; see {@link StoreOpening#open}. */
  public LockedRecord open(String export, BlockStore store) throws IOException {
    try (StoreOpening opening = opening()) {
      return opening.open(export, store);
    }
  }

  /**
   * Prepares to tell a store that another medium is its own from now on.
   *
   * @param export the name under which it was exported
   * @throws IOException if a record cannot be read; the message says what to do
   */
  public Adoption adoption(String export) throws IOException {
    return new Adoption(files, clock, export);
  }

  /** As records name it: absolute, but links stay as they are. */
  static String pathOf(String location) {
    return Path.of(location).toAbsolutePath().normalize().toString();
  }
}
