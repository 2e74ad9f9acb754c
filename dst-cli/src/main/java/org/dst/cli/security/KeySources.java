package org.dst.cli.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dst.crypto.key.AllowedClients;
import org.dst.crypto.key.KeyDirectory;
import org.dst.crypto.key.KeyFileException;
import org.dst.crypto.key.KeyFiles;
import org.dst.crypto.key.KeyNames;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.ServerKeys;
import org.dst.crypto.key.SharedKey;
import org.dst.server.watch.DebouncedFileWatcher;

/**
 * The files that hold the keys of a server's clients. Its own key is read once.
 *
 * @param files shared keys by name
 * @param directory of further shared keys; null for none
 * @param own the server's key pair; null for none
 * @param clients the list of allowed clients; null for none
 */
record KeySources(Map<String, Path> files, Path directory, KeyPair own, Path clients)
    implements DebouncedFileWatcher.Source<ServerKeys> {
  /** No keys. */
  static final KeySources NONE = new KeySources(Map.of(), null, null, null);

  /** Attributes that change whenever a file is written, replaced, or given another mode. */
  private static final String STAMP = "unix:dev,ino,size,mode,ctime";

  /**
   * Parses the options.
   *
   * @param named texts of the form [NAME=]FILE
   * @throws IllegalArgumentException if a name is invalid or used twice
   */
  static KeySources of(List<String> named, Path directory, KeyPair own, Path clients) {
    Map<String, Path> files = new LinkedHashMap<>();
    for (String text : named) {
      int equals = text.indexOf('=');
      boolean hasName = equals >= 0 && text.lastIndexOf('/', equals) < 0;
      Path file = Path.of(hasName ? text.substring(equals + 1) : text);
      String name = hasName ? text.substring(0, equals) : nameOf(file);
      if (files.put(named(name, "--key-file " + text), file) != null) {
        throw new IllegalArgumentException(twice(name));
      }
    }
    return new KeySources(files, directory, own, clients);
  }

  private static String nameOf(Path file) {
    return file.getFileName() == null ? "" : file.getFileName().toString();
  }

  private static String named(String name, String where) {
    try {
      return KeyNames.require(name);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("%s: %s".formatted(where, wrong.getMessage()), wrong);
    }
  }

  private static String twice(String name) {
    return "two keys are named '%s'".formatted(name);
  }

  boolean isEmpty() {
    return equals(NONE);
  }

  /**
   * Names of keys that are revoked because their file was deleted. A file whose directory is gone
   * as well does not count: that is a file system that is not mounted, not a decision.
   */
  List<String> deleted() {
    return files.entrySet().stream()
        .filter(file -> isDeleted(file.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isDeleted(Path file) {
    return Files.notExists(file) && Files.isDirectory(file.toAbsolutePath().getParent());
  }

  /**
   * Requires every file to exist, at startup: there a missing file is a mistake, not a revocation.
   */
  void requireAll() throws IOException {
    for (Path file : files.values()) {
      stamp(file);
    }
  }

  @Override
  public Object stamp() throws IOException {
    Map<Path, Object> stamps = new LinkedHashMap<>();
    for (Path file : shared().values()) {
      stamps.put(file, stamp(file));
    }
    if (clients != null) {
      stamps.put(clients, stamp(clients));
    }
    return stamps;
  }

  private static Object stamp(Path file) throws IOException {
    try {
      return Files.readAttributes(file, STAMP);
    } catch (NoSuchFileException missing) {
      throw new IOException(file + " is missing; 'dst keygen' creates keys", missing);
    } catch (IOException failed) {
      throw new IOException("%s cannot be examined".formatted(file), failed);
    }
  }

  private Map<String, Path> shared() throws KeyFileException {
    Map<String, Path> all = new LinkedHashMap<>(files);
    all.values().removeIf(KeySources::isDeleted);
    if (directory != null) {
      for (Path file : KeyDirectory.files(directory)) {
        String name = named(nameOf(file), directory.toString());
        if (all.putIfAbsent(name, file) != null) {
          throw new IllegalArgumentException(twice(name));
        }
      }
    }
    return all;
  }

  @Override
  public ServerKeys read() throws IOException {
    List<SharedKey> shared = new ArrayList<>();
    boolean good = false;
    try {
      for (Map.Entry<String, Path> file : shared().entrySet()) {
        shared.add(new SharedKey(file.getKey(), KeyFiles.readShared(file.getValue())));
      }
      AllowedClients allowed = clients == null ? AllowedClients.NONE : AllowedClients.read(clients);
      ServerKeys keys = new ServerKeys(shared, own, allowed);
      good = true;
      return keys;
    } finally {
      if (!good) {
        shared.forEach(key -> key.secret().destroy());
      }
    }
  }
}
