package org.dst.cli;

import static org.dst.cli.CommandLineRun.dst;
import static org.dst.cli.CommandLineRun.dstd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.IntStream;
import org.dst.cli.command.ExitCode;
import org.dst.crypto.cipher.CryptoProvider;
import org.dst.crypto.key.KeyFiles;
import org.dst.crypto.key.KeyPair;
import org.dst.crypto.key.Secret;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys and algorithms that a command cannot use: one line, the right exit code, no connection. */
@Timeout(60)
class KeyOptionsTest {
  private static final String EXPORT = "d=mem:1M";
  private static final String LISTEN = "--listen=127.0.0.1:0";
  private static final String NOBODY = "127.0.0.1:1";

  @TempDir Path directory;
  private String shared;
  private String own;

  @BeforeEach
  void makeKeys() throws IOException {
    KeyFiles.writeShared(directory.resolve("shared"), Secret.random(), "");
    KeyFiles.writePair(directory.resolve("own"), KeyPair.generate(), "");
    shared = "--key-file=" + directory.resolve("shared");
    own = "--private-key=" + directory.resolve("own");
  }

  private Path file(String name, String content, String mode) throws IOException {
    Path file = Files.writeString(directory.resolve(name), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  /** The same complaint of both programs about the file of --key-file. */
  private static void refusedByBoth(Path keyFile, ExitCode code, String text) {
    String option = "--key-file=" + keyFile;
    dst("list", NOBODY, option).complained(code, text);
    dst("ping", NOBODY, option).complained(code, text);
    dst("attach", NOBODY + "/d", "--listen=127.0.0.1:0", option).complained(code, text);
    dstd("export", EXPORT, LISTEN, option).complained(code, text);
  }

  @Test
  void shouldRefuseKeyFilesThatAreNone() throws IOException {
    refusedByBoth(directory.resolve("missing"), ExitCode.LOCAL, "'dst keygen' creates keys");
    refusedByBoth(directory, ExitCode.LOCAL, "directory");
    refusedByBoth(file("empty", "", "rw-------"), ExitCode.LOCAL, "empty: is empty");
    String whole = Files.readString(directory.resolve("shared"));
    refusedByBoth(
        file("cut", whole.substring(0, whole.length() - 9), "rw-------"), ExitCode.LOCAL, "cut: ");
    refusedByBoth(
        file("headless", "dst-shared-key-1\n", "rw-------"),
        ExitCode.LOCAL,
        "key itself is missing");
    refusedByBoth(file("pem", "-----BEGIN X", "rw-------"), ExitCode.LOCAL, "it is a PEM file");
  }

  @Test
  void shouldRefuseKeysThatOthersMayRead() throws IOException {
    String content = Files.readString(directory.resolve("shared"));
    refusedByBoth(
        file("open", content, "rw-r--r--"), ExitCode.LOCAL, "mode is 0644 (expected: 0600");
    String secret = Files.readString(directory.resolve("own"));
    Path open = file("open-own", secret, "rw-r-----");
    String serverKey = "--server-key=" + directory.resolve("own.pub");
    dst("list", NOBODY, "--private-key=" + open, serverKey)
        .complained(ExitCode.LOCAL, "mode is 0640");
    Path clients = file("clients", "", "rw-r--r--");
    dstd("export", EXPORT, LISTEN, "--private-key=" + open, "--allowed-clients=" + clients)
        .complained(ExitCode.LOCAL, "mode is 0640");
    Path open2 = file("open-clients", "", "rw-rw-r--");
    dstd("export", EXPORT, LISTEN, own, "--allowed-clients=" + open2)
        .complained(ExitCode.LOCAL, "others may write to it");
  }

  @Test
  void shouldRefuseKeysOfAnotherKind() {
    refusedByBoth(
        directory.resolve("own"),
        ExitCode.LOCAL,
        "this is a private key; a shared key is needed here");
    refusedByBoth(
        directory.resolve("own.pub"), ExitCode.LOCAL, "a public key; a shared key is needed here");
    String wrong = "--private-key=" + directory.resolve("shared");
    String serverKey = "--server-key=" + directory.resolve("own.pub");
    dst("list", NOBODY, wrong, serverKey)
        .complained(ExitCode.LOCAL, "this is a shared key; a private key is needed here");
    dst("list", NOBODY, own, "--server-key=" + directory.resolve("own"))
        .complained(ExitCode.LOCAL, "this is a private key; a public key is needed here");
    dstd("export", EXPORT, LISTEN, wrong, "--allowed-clients=" + directory.resolve("own.pub"))
        .complained(ExitCode.LOCAL, "this is a shared key; a private key is needed here");
    dstd("export", EXPORT, LISTEN, own, "--allowed-clients=" + directory.resolve("own.pub"))
        .complained(ExitCode.LOCAL, "own.pub:1: 1 words (expected: 2, NAME BASE64-PUBLIC-KEY)");
  }

  @Test
  void shouldRefuseUnknownAlgorithmsAndListTheKnownOnes() {
    for (String cipher : new String[] {"aes-512-gcm", "aes-256-gcm,des", "AES-256-GCM"}) {
      String option = "--cipher=" + cipher;
      dst("list", NOBODY, shared, option)
          .complained(
              ExitCode.USAGE, "unknown cipher", "expected one of aes-128-gcm, aes-256-gcm, ");
      dstd("export", EXPORT, LISTEN, shared, option)
          .complained(
              ExitCode.USAGE, "unknown cipher", "expected one of aes-128-gcm, aes-256-gcm, ");
    }
    String md5 = "--checksum=crc32c,md5";
    dst("list", NOBODY, md5)
        .complained(ExitCode.USAGE, "unknown checksum 'md5'; expected one of blake3");
    dst("list", NOBODY, shared, md5).complained(ExitCode.USAGE, "unknown checksum 'md5'");
    dstd("export", EXPORT, LISTEN, md5).complained(ExitCode.USAGE, "unknown checksum 'md5'");
    String openssl = "--crypto-provider=openssl";
    String known = "expected one of bouncycastle, conscrypt, ipsec-mb, jdk";
    dst("list", NOBODY, shared, openssl).complained(ExitCode.USAGE, "'openssl'", known);
    dstd("export", EXPORT, LISTEN, shared, openssl).complained(ExitCode.USAGE, "'openssl'", known);
    dstd("export", EXPORT, LISTEN, shared, "--cipher=sm4-gcm", "--crypto-provider=jdk")
        .complained(ExitCode.USAGE, "jdk does not have cipher 'sm4-gcm'", "are bouncycastle");
    dst("list", NOBODY, shared, "--cipher=chacha20-poly1305", "--crypto-provider=ipsec-mb")
        .complained(ExitCode.USAGE, "ipsec-mb does not have cipher 'chacha20-poly1305'");
    for (String threads : new String[] {"-1", "257"}) {
      dst("list", NOBODY, shared, "--crypto-threads=" + threads)
          .complained(ExitCode.USAGE, "--crypto-threads: " + threads, "0 to 256");
    }
  }

  /** Where its library is missing that is the complaint, not a cipher that nobody asked for. */
  @Test
  void shouldTakeThoseOfTheUsualCiphersThatAProviderHas() {
    for (CryptoProvider provider : CryptoProvider.values()) {
      String option = "--crypto-provider=" + provider.label();
      CommandLineRun run = dst("list", NOBODY, shared, option);
      if (provider != CryptoProvider.IPSEC_MB || run.exit() != ExitCode.USAGE.code()) {
        run.complained(ExitCode.UNREACHABLE, NOBODY);
      } else {
        run.complained(ExitCode.USAGE, "provider ipsec-mb does not work on this machine: ");
      }
    }
  }

  @Test
  void shouldRefuseAlgorithmsThatPlainLinksDoNotHave() {
    String hmac = "--checksum=hmac-sha-256";
    dst("list", NOBODY, hmac).complained(ExitCode.USAGE, "needs a key");
    dstd("export", EXPORT, LISTEN, hmac).complained(ExitCode.USAGE, "needs a key");
    for (String option :
        new String[] {"--cipher=aes-128-gcm", "--crypto-threads=1", "--crypto-provider=jdk"}) {
      dst("list", NOBODY, option).complained(ExitCode.USAGE, "is for secured links");
      dstd("export", EXPORT, LISTEN, option).complained(ExitCode.USAGE, "is for secured links");
    }
  }

  @Test
  void shouldRefuseOptionsThatContradictEachOther() {
    String serverKey = "--server-key=" + directory.resolve("own.pub");
    dst("list", NOBODY, shared, own).complained(ExitCode.USAGE, "--key-file excludes");
    dst("list", NOBODY, own).complained(ExitCode.USAGE, "--private-key needs --server-key");
    dst("list", NOBODY, serverKey).complained(ExitCode.USAGE, "--server-key needs --private-key");
    dst("list", NOBODY, shared, "--insecure-plain")
        .complained(ExitCode.USAGE, "--insecure-plain excludes keys");
    dstd("export", EXPORT, LISTEN, own)
        .complained(ExitCode.USAGE, "--private-key needs --allowed-clients");
    dstd("export", EXPORT, LISTEN, "--allowed-clients=x")
        .complained(ExitCode.USAGE, "--allowed-clients needs --private-key");
  }

  @Test
  void shouldRefuseNamesOfKeysThatAreNotUsableOrComeTwice() throws IOException {
    Path file = directory.resolve("shared");
    dstd("export", EXPORT, LISTEN, "--key-file=a b=" + file)
        .complained(ExitCode.USAGE, "'a b' is not a valid key name");
    dstd("export", EXPORT, LISTEN, shared, shared)
        .complained(ExitCode.USAGE, "two keys are named 'shared'");
    Path keys = Files.createDirectory(directory.resolve("keys"));
    Files.copy(file, keys.resolve("a"));
    dstd("export", EXPORT, LISTEN, "--key-file=a=" + file, "--key-dir=" + keys)
        .complained(ExitCode.USAGE, "two keys are named 'a'");
    String[] many =
        IntStream.range(0, 65)
            .mapToObj(i -> "--key-file=k" + i + "=" + file)
            .toArray(String[]::new);
    String[] all = new String[many.length + 3];
    System.arraycopy(many, 0, all, 3, many.length);
    System.arraycopy(new String[] {"export", EXPORT, LISTEN}, 0, all, 0, 3);
    dstd(all).complained(ExitCode.USAGE, "65 shared keys (expected: <= 64)");
  }

  @Test
  void shouldRefuseDirectoriesIntoWhichOthersMayPutKeys() throws IOException {
    Path keys = Files.createDirectory(directory.resolve("keys"));
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwxrwxr-x"));
    dstd("export", EXPORT, LISTEN, "--key-dir=" + keys)
        .complained(ExitCode.LOCAL, "keys: others may write to it");
    dstd("export", EXPORT, LISTEN, "--key-dir=" + directory.resolve("none"))
        .complained(ExitCode.LOCAL, "is not a directory");
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(keys.resolve("notes"), "not a key");
    dstd("export", EXPORT, LISTEN, "--key-dir=" + keys)
        .complained(ExitCode.LOCAL, "notes: is not a DST key file");
  }

  @Test
  void shouldNotTalkPlainToAnotherMachineUnlessToldTo() {
    String refusal = "a plain link to 192.0.2.1:7777 would be neither encrypted nor authenticated";
    dst("list", "192.0.2.1").complained(ExitCode.REFUSED, refusal, "--insecure-plain");
    dst("ping", "192.0.2.1").complained(ExitCode.REFUSED, refusal, "--key-file");
    dst("attach", "192.0.2.1/d", "--listen=127.0.0.1:0").complained(ExitCode.REFUSED, refusal);
  }
}
