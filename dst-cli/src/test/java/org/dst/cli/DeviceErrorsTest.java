package org.dst.cli;

import static org.dst.cli.CommandLineRun.dst;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import org.dst.cli.command.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code dst attach --device}, asked for what cannot be: one line, the right exit code. */
@Timeout(60)
class DeviceErrorsTest {
  private static final String TARGET = "127.0.0.1:1/disk";
  private static final String DEVICE = "--device=/dev/nbd0";

  @Test
  void shouldRefuseWrongOptions() {
    wrong("--device-connections=0", "1 to 16");
    wrong("--device-connections=17", "1 to 16");
    wrong("--device-connections=x", "--device-connections");
    wrong("--device-block=513", "512, 1024, 2048 or 4096");
    wrong("--device-block=8k", "512, 1024, 2048 or 4096");
    wrong("--device-block=1T", "512, 1024, 2048 or 4096");
    wrong("--device-grace=0", "1 to 2592000 seconds");
    wrong("--device-retry=3601", "1 to 3600 seconds");
    wrong("--device-by=ioctl", "auto, netlink or nbd-client");
    wrong("--listen=127.0.0.1:0", "--device excludes --listen");
    dst("attach", TARGET, DEVICE, "--keep-device", "--device-by=nbd-client")
        .complained(ExitCode.USAGE, "netlink");
    dst("attach", TARGET, "--socket=/nowhere/x", "--keep-device")
        .complained(ExitCode.USAGE, "--keep-device needs --device");
  }

  /** This machine has no driver, most likely; a kernel that has one is tried in a guest. */
  @Test
  void shouldSayWhatToDoWithoutTheDriver() {
    assumeFalse(
        Files.exists(Path.of("/sys/module/nbd")), "the kernel of this machine has the driver");
    dst("attach", TARGET, DEVICE, "--quiet")
        .complained(ExitCode.LOCAL, "modprobe nbd", System.getProperty("os.version"));
    dst("attach", TARGET, "--device=auto", "--quiet").complained(ExitCode.LOCAL, "modprobe nbd");
  }

  private static void wrong(String option, String expected) {
    dst("attach", TARGET, DEVICE, option).complained(ExitCode.USAGE, expected);
  }
}
