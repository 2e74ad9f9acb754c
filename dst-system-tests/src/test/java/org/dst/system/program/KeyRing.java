package org.dst.system.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.dst.system.harness.Dst;

/**
 * Keys made by {@code dst keygen}, and the directory from which a server reads the accepted ones.
 */
final class KeyRing {
  private final Path all;
  private final Path taken;

  KeyRing(Path directory) throws IOException {
    all = Files.createDirectory(directory.resolve("all-keys"));
    taken = Files.createDirectory(directory.resolve("taken-keys"));
  }

  /** Makes a shared key. */
  Path make(String name) {
    Path file = all.resolve(name);
    Dst.dst("keygen", file.toString()).succeeded();
    return file;
  }

  /** Makes a key pair; the private key's file. */
  Path makePair(String name) {
    Path file = all.resolve(name);
    Dst.dst("keygen", "--pair", file.toString()).succeeded();
    return file;
  }

  /** The directory for {@code --key-dir}. */
  Path taken() {
    return taken;
  }

  /** From now on the server finds this key under that name, at once and whole. */
  void take(Path key, String name) throws IOException {
    Path draft = Files.copy(key, taken.resolve("." + name), StandardCopyOption.COPY_ATTRIBUTES);
    Files.move(draft, taken.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** From now on the server does not find the key of that name. */
  void drop(String name) throws IOException {
    Files.delete(taken.resolve(name));
  }
}
