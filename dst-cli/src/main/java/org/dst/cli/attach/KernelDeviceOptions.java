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

/** The options of {@code dst attach} that make the disk a block device of this machine. */
final class KernelDeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "/dev/nbdN|auto",
      description =
          "be this block device of the kernel, or the first free one; takes root. One that a dst"
              + " which died has left behind is taken over, and its users go on")
  private String device;

  @Option(
      names = "--device-by",
      paramLabel = "MEANS",
      defaultValue = "auto",
      converter = BackendConverter.class,
      description =
          "tell the kernel by 'netlink', which take-over needs, or by the program 'nbd-client';"
              + " 'auto' prefers netlink (default: ${DEFAULT-VALUE})")
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
          "the device's sector: 512, 1k, 2k or 4k (default: the smallest that the export allows)")
  private Long block;

  @Option(
      names = "--device-grace",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description =
          "if this process dies, the device's requests wait so long for its successor, then fail,"
              + " 1 to 2592000 (default: ${DEFAULT-VALUE})")
  private long grace;

  @Option(
      names = "--device-retry",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "requests that were in flight when it died go on so soon after the take-over, 1 to 3600"
              + " (default: ${DEFAULT-VALUE})")
  private long retry;

  @Option(
      names = "--keep-device",
      description =
          "when told to stop, leave the device connected for a successor even if nobody uses it")
  private boolean keep;

  /** What is wanted; null if no device is. */
  DeviceOptions options(Path stateDirectory) throws UserError {
    if (device == null) {
      if (keep) {
        throw new UserError(ExitCode.USAGE, "--keep-device without --device");
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

  /** The socket of an attachment that nobody but the kernel is to use. */
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
          "cannot make %s: %s; --state-dir names another directory".formatted(directory, failed));
    }
  }

  /** Means by name. */
  static final class BackendConverter implements ITypeConverter<DeviceOptions.By> {
    @Override
    public DeviceOptions.By convert(String text) {
      return switch (text) {
        case "auto" -> DeviceOptions.By.AUTO;
        case "netlink" -> DeviceOptions.By.NETLINK;
        case "nbd-client" -> DeviceOptions.By.NBD_CLIENT;
        default ->
            throw new TypeConversionException(
                "'%s' is no means (expected: auto, netlink or nbd-client)".formatted(text));
      };
    }
  }
}
