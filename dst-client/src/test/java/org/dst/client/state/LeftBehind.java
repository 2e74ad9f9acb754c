package org.dst.client.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** The state files of clients that died, as tests make them and look at them. */
public final class LeftBehind {
  private LeftBehind() {}

  /** Leaves the file of a session with one lane. */
  public static void by(
      Path directory,
      AttachTarget target,
      UUID session,
      UUID identity,
      boolean unflushed,
      UUID verifier)
      throws IOException {
    try (ClientState state = new StateFiles(directory).claimNew(target)) {
      state.begin(session, identity, 1, target);
      state.marker(0).verifier(verifier);
      state.marker(0).unflushed(unflushed);
    }
  }

  /** As {@link #by}, of a store that was that fresh. */
  public static void fresh(
      Path directory, AttachTarget target, UUID session, UUID identity, long freshness)
      throws IOException {
    try (ClientState state = new StateFiles(directory).claimNew(target)) {
      state.begin(session, identity, 1, target);
      state.freshness(freshness);
    }
  }

  /** How fresh stores were, as the files tell that nobody holds. */
  public static List<Long> freshness(Path directory) throws IOException {
    List<Long> all = new ArrayList<>();
    for (Path file : files(directory)) {
      all.add(new StateLayout(ByteBuffer.wrap(Files.readAllBytes(file))).freshness());
    }
    return all;
  }

  /** Leaves the file of a client that died before its attach was answered. */
  public static void inTheAttach(Path directory, AttachTarget target, UUID session)
      throws IOException {
    try (ClientState state = new StateFiles(directory).claim(target)) {
      state.propose(session);
    }
  }

  /** What the files tell, whether their owners live or not. */
  public static List<Predecessor> in(Path directory) throws IOException {
    return files(directory).stream().map(LeftBehind::read).toList();
  }

  /** The files themselves. */
  public static List<Path> files(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> !file.endsWith("lock")).sorted().toList();
    }
  }

  /** Reads a file that is not held by this process, or a copy of one. */
  static Predecessor read(byte[] bytes) {
    return Predecessor.of(new StateLayout(ByteBuffer.wrap(bytes)));
  }

  private static Predecessor read(Path file) {
    try {
      ClientState held = ClientState.held(file.toAbsolutePath().normalize());
      return held == null ? read(Files.readAllBytes(file)) : held.predecessor();
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }
}
