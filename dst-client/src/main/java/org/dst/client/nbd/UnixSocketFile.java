package org.dst.client.nbd;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The name of a Unix socket in the file system, from before it exists until it is removed.
 *
 * <p>The socket is bound under another name of the directory, gets its mode, and only then its real
 * name, which is never taken from another socket: so nobody can connect before the mode is right,
 * and of two that start at once one fails.
 */
public final class UnixSocketFile {
  /** What fits in sockaddr_un.sun_path besides the final NUL (unix(7)). */
  private static final int MAX_PATH = 107;

  private static final int S_IFMT = 0170000;
  private static final int S_IFSOCK = 0140000;
  private static final int NAME_LENGTH = 6;

  private final Path path;
  private final Path bindPath;
  private Object key;

  private UnixSocketFile(Path path, Path bindPath) {
    this.path = path;
    this.bindPath = bindPath;
  }

  /**
   * Checks that a socket can be created at {@code path}, and removes a stale one.
   *
   * @throws IOException if not; the message says why
   */
  public static UnixSocketFile prepare(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    Path directory = absolute.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new IOException(
          "cannot listen on " + path + ": the directory " + directory + " does not exist");
    }
    if (!Files.isWritable(directory)) {
      throw new IOException(
          "cannot listen on " + path + ": the directory " + directory + " is not writable");
    }
    Path bindPath = directory.resolve("." + randomName());
    int length = Math.max(byteLength(absolute), byteLength(bindPath));
    if (length > MAX_PATH) {
      throw new IOException(
          "cannot listen on "
              + path
              + ": the path needs "
              + length
              + " bytes (expected: <= "
              + MAX_PATH
              + ")");
    }
    removeStale(absolute);
    return new UnixSocketFile(absolute, bindPath);
  }

  /** The name to bind to. */
  public Path bindPath() {
    return bindPath;
  }

  /**
   * Sets the mode of the bound socket and gives it its real name.
   *
   * @throws IOException if the name has been taken meanwhile
   */
  public void publish(Set<PosixFilePermission> mode) throws IOException {
    try {
      Files.setPosixFilePermissions(bindPath, mode);
      key = keyOf(bindPath);
      Files.createLink(path, bindPath);
    } catch (FileAlreadyExistsException taken) {
      throw new IOException("cannot listen on " + path + ": it was created just now", taken);
    } finally {
      Files.deleteIfExists(bindPath);
    }
  }

  /** Removes the name if it is still that of our socket. */
  public void remove() throws IOException {
    if (key != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && key.equals(keyOf(path))) {
      Files.deleteIfExists(path);
    }
  }

  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if ((mode & S_IFMT) != S_IFSOCK) {
      throw new IOException("cannot listen on " + path + ": it exists and is not a socket");
    }
    Object stale = keyOf(path);
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false);
      probe.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException refused) {
      if (stale.equals(keyOf(path))) {
        Files.deleteIfExists(path);
      }
      return;
    } catch (IOException unclear) {
      throw new IOException(
          "cannot listen on " + path + ": the socket there may be in use: " + unclear.getMessage(),
          unclear);
    }
    throw new IOException("cannot listen on " + path + ": another program serves this socket");
  }

  private static Object keyOf(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  private static String randomName() {
    StringBuilder name = new StringBuilder(NAME_LENGTH);
    while (name.length() < NAME_LENGTH) {
      name.append((char) ('a' + ThreadLocalRandom.current().nextInt(26)));
    }
    return name.toString();
  }

  private static int byteLength(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
