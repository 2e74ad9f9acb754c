package org.dst.crypto.key;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * The parameters that derive a shared key from a passphrase with Argon2id (RFC 9106). Both sides
 * need the same file and the same passphrase. A passphrase is weaker than a random key from 'dst
 * keygen': an attacker who records one handshake can guess offline, at the cost of one derivation
 * per guess.
 *
 * @param memoryKib memory of one derivation in KiB, 8192 to 1048576
 * @param passes passes over that memory, 1 to 64
 * @param lanes degree of parallelism, 1 to 16
 * @param salt random bytes, 8 to 64
 */
public record PassphraseKey(int memoryKib, int passes, int lanes, byte[] salt) {
  private static final int SALT_LENGTH = 16;
  private static final int MIN_MEMORY_KIB = 8 << 10;
  private static final int MAX_MEMORY_KIB = 1 << 20;
  private static final int MAX_PASSES = 64;
  private static final int MAX_LANES = 16;

  /** New parameters: RFC 9106 §4's second recommendation (64 MiB, 3 passes, 4 lanes). */
  public static PassphraseKey generate() {
    byte[] salt = new byte[SALT_LENGTH];
    new SecureRandom().nextBytes(salt);
    return new PassphraseKey(64 << 10, 3, 4, salt);
  }

  /** Rejects parameters that are too weak or take forever. */
  public PassphraseKey {
    require(memoryKib, MIN_MEMORY_KIB, MAX_MEMORY_KIB, "memory in KiB");
    require(passes, 1, MAX_PASSES, "passes");
    require(lanes, 1, MAX_LANES, "lanes");
    require(salt.length, 8, 64, "bytes of salt");
    salt = salt.clone();
  }

  private static void require(int value, int least, int most, String what) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s %d (expected: %d to %d)".formatted(what, value, least, most));
    }
  }

  /** A copy of the salt. */
  @Override
  public byte[] salt() {
    return salt.clone();
  }

  /**
   * Reads a file of type {@link KeyType#PASSPHRASE}.
   *
   * @throws KeyFileException if the file is not valid; the message says why
   */
  public static PassphraseKey read(Path file) throws KeyFileException {
    String line = KeyFileText.read(file).line(KeyType.PASSPHRASE);
    try {
      return parse(line);
    } catch (IllegalArgumentException wrong) {
      throw new KeyFileException(
          file,
          "%s (expected: a line like 'argon2id m=65536 t=3 p=4 salt=BASE64')"
              .formatted(wrong.getMessage()));
    }
  }

  private static PassphraseKey parse(String line) {
    String[] words = line.split(" ");
    Map<String, String> values = new HashMap<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      if (equals < 0
          || values.put(words[i].substring(0, equals), words[i].substring(equals + 1)) != null) {
        throw new IllegalArgumentException("word %d is invalid or repeated".formatted(i + 1));
      }
    }
    if (!words[0].equals("argon2id") || !values.keySet().equals(Set.of("m", "t", "p", "salt"))) {
      throw new IllegalArgumentException("the parameters do not fit argon2id");
    }
    return new PassphraseKey(
        number(values, "m"),
        number(values, "t"),
        number(values, "p"),
        Base64.getDecoder().decode(values.get("salt")));
  }

  private static int number(Map<String, String> values, String name) {
    try {
      return Integer.parseInt(values.get(name));
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException("%s is not a number".formatted(name));
    }
  }

  String format() {
    return "argon2id m=%d t=%d p=%d salt=%s"
        .formatted(memoryKib, passes, lanes, Base64.getEncoder().encodeToString(salt));
  }

  /**
   * Derives the key. Takes some tenths of a second and {@link #memoryKib} KiB of memory.
   *
   * @param passphrase in UTF-8, not empty; the caller must wipe it
   */
  public Secret derive(byte[] passphrase) {
    if (passphrase.length == 0) {
      throw new IllegalArgumentException("the passphrase is empty");
    }
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] key = new byte[Secret.LENGTH];
    generator.generateBytes(passphrase, key);
    return Secret.of(key);
  }
}
