package org.dst.system.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dst.system.harness.Closing;
import org.dst.system.harness.Images;
import org.dst.system.harness.Result;
import org.dst.system.harness.Storage;

/**
 * A server with an image on the host, and a guest whose scripts find the disk as {@code $TARGET}.
 */
final class GuestDisk implements AutoCloseable {
  private static final int SECONDS = 420;

  private final Path image;
  private final Storage storage;
  private final Guest guest;

  private GuestDisk(Path image, Guest guest) {
    this.image = image;
    this.guest = guest;
    storage = new Storage(image, "--insecure-plain");
  }

  /**
   * Boots the guest, or skips the test and says why.
   *
   * @param size of the image, in bytes
   * @param variables see {@link Guest#bootOrSkip}
   */
  static GuestDisk bootOrSkip(Path directory, long size, String... variables) {
    Guest guest = Guest.bootOrSkip(variables);
    return new GuestDisk(Images.sparse(directory.resolve("image"), size), guest);
  }

  /** Runs a script in the guest, which has to succeed. */
  Result run(String script) {
    return guest.run(SECONDS, withTarget(script)).succeeded();
  }

  /** Starts a script that runs beside others. */
  Guest.Job start(String script) {
    return guest.start(SECONDS, withTarget(script));
  }

  private String withTarget(String script) {
    return "TARGET='%s'\n%s".formatted(storage.target().replace("127.0.0.1", Guest.HOST), script);
  }

  /** Where the server keeps its bytes. */
  Path image() {
    return image;
  }

  Storage storage() {
    return storage;
  }

  /** The log of {@code attach NAME} in the guest. */
  String log(String name) {
    try {
      return Files.readString(guest.work().resolve(name + ".log"));
    } catch (IOException cause) {
      throw new UncheckedIOException(cause);
    }
  }

  /** How many lines of that log have a text in them. */
  long count(String name, String text) {
    return log(name).lines().filter(line -> line.contains(text)).count();
  }

  @Override
  public void close() {
    Closing.inOrder(guest, storage);
  }
}
