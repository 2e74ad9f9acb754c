package org.dst.cli.attach;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.cli.option.SizeConverter;
import org.dst.cli.option.StateDirectories;
import org.dst.client.kernel.DeviceOptions;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of {@code dst attach} for a kernel block device. */
final class KernelDeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "/dev/nbdN|auto",
      description =
          "serve the disk as this kernel block device, or as the first free one; needs root. A"
              + " device that a dead dst left behind is taken over, and its users carry on")
  private String device;

  @Option(
      names = "--device-by",
      paramLabel = "BACKEND",
      defaultValue = "auto",
      converter = BackendConverter.class,
      description =
          "configure the device by 'netlink', which take-over requires, or by the program"
              + " 'nbd-client'; 'auto' prefers netlink (default: ${DEFAULT-VALUE})")
  private DeviceOptions.By by;

  @Option(
      names = "--device-connections",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "connections between the kernel and this process, 1 to 16 (default: ${DEFAULT-VALUE})")
  private int connections;

  @Option(
      names = "--device-block",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description =
          "sector size of the device: 512, 1k, 2k or 4k (default: the smallest that the export"
              + " allows)")
  private Long block;

  @Option(
      names = "--device-grace",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description =
          "how long the device's requests wait for a successor if this process dies, before they"
              + " fail, 1 to 2592000 (default: ${DEFAULT-VALUE})")
  private long grace;

  @Option(
      names = "--device-retry",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "how soon after a take-over the kernel retries requests that were in flight, 1 to 3600"
              + " (default: ${DEFAULT-VALUE})")
  private long retry;

  @Option(
      names = "--keep-device",
      description = "on stop, leave the device connected for a successor even if nobody uses it")
  private boolean keep;

  /** The checked options; null without {@code --device}. */
  DeviceOptions options(Path stateDirectory) throws UserError {
    if (device == null) {
      if (keep) {
        throw new UserError(ExitCode.USAGE, "--keep-device needs --device");
      }
      return null;
    }
    try {
      return new DeviceOptions(
          device.equals("auto") ? null : Path.of(device),
          by,
          connections,
          block == null ? 0 : (int) Math.min(block, Integer.MAX_VALUE),
          Duration.ofSeconds(grace),
          Duration.ofSeconds(retry),
          keep,
          StateDirectories.devices(stateDirectory));
    } catch (IllegalArgumentException wrong) {
      throw new UserError(ExitCode.USAGE, wrong.getMessage());
    }
  }

  /** The NBD socket of an attachment that only the kernel uses. */
  static UnixDomainSocketAddress socket(Path stateDirectory, String target) throws UserError {
    Path directory = StateDirectories.devices(stateDirectory);
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return UnixDomainSocketAddress.of(
          directory.resolve("%08x.sock".formatted(target.hashCode())).toAbsolutePath());
    } catch (IOException failed) {
      throw new UserError(
          ExitCode.LOCAL,
          "cannot create %s: %s; choose another directory with --state-dir"
              .formatted(directory, failed));
    }
  }

  /** Parses the argument of {@code --device-by}. */
  static final class BackendConverter implements ITypeConverter<DeviceOptions.By> {
    @Override
    public DeviceOptions.By convert(String text) {
      return switch (text) {
        case "auto" -> DeviceOptions.By.AUTO;
        case "netlink" -> DeviceOptions.By.NETLINK;
        case "nbd-client" -> DeviceOptions.By.NBD_CLIENT;
        default ->
            throw new TypeConversionException(
                "'%s' is not a back end (expected: auto, netlink or nbd-client)".formatted(text));
      };
    }
  }
}
