package org.dst.system.outage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dst.system.harness.BlockModel;
import org.dst.system.harness.Images;
import org.dst.system.harness.Storage;
import org.dst.system.harness.VerifyingWriter;

/** The disk of the outage tests, and the options that keep their outages short. */
final class OutageDisk {
  /** Blocks of the disk. */
  static final int BLOCKS = 4096;

  /** Requests to be acknowledged before and after each fault, so that it meets running I/O. */
  static final int PROGRESS = 300;

  private OutageDisk() {}

  /** A server of a fresh disk. */
  static Storage storage(Path directory, String... options) {
    return new Storage(image(directory), options);
  }

  static Path image(Path directory) {
    return Images.sparse(directory.resolve("image"), (long) BLOCKS * BlockModel.BLOCK);
  }

  /** A writer of everything. */
  static VerifyingWriter writer(Path socket, BlockModel model) throws Exception {
    return new VerifyingWriter(socket, model, 7, VerifyingWriter.Mix.ALL);
  }

  /** Arguments of {@code dst attach} for clients that reconnect quickly. */
  static String[] attach(String target, Path socket, String... options) {
    List<String> all = new ArrayList<>(List.of(target, "--socket", socket.toString()));
    all.addAll(List.of("--reconnect-most", "0.2"));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  /** Goes on until enough is acknowledged, ends, flushes and compares every block. */
  static void finishWell(VerifyingWriter writer) throws Exception {
    writer.awaitProgress(PROGRESS);
    writer.finish();
    writer.flushAndVerify();
  }
}
