package org.dst.crypto.cipher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is loaded for a cipher, in a JVM of its own. */
@Timeout(60)
class CiphersStartTest {
  @Test
  void shouldNotLoadBouncyCastleForACipherThatAFasterProviderHas() throws Exception {
    String loaded = loadedFor("aes-256-gcm");
    assertTrue(loaded.contains(Ciphers.class.getName()), loaded);
    assertFalse(loaded.contains("org.bouncycastle"), loaded);
    assertTrue(loadedFor("sm4-gcm").contains("org.bouncycastle"), "which it alone has");
  }

  private static String loadedFor(String cipher) throws Exception {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-Xlog:class+load",
                "-cp",
                System.getProperty("java.class.path"),
                Start.class.getName(),
                cipher)
            .redirectErrorStream(true)
            .start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue(), out);
      return out;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Makes a cipher, and ends. */
  static final class Start {
    private Start() {}

    /** The name of the cipher is the only argument. */
    public static void main(String[] arguments) {
      Ciphers.create(arguments[0]);
      System.exit(0);
    }
  }
}
