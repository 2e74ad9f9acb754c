package org.dst.cli.attach;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.cli.option.ListenAddressConverter;
import org.dst.client.Attachment;
import org.dst.client.DetachOutcome;
import org.dst.client.LostWritesException;
import org.dst.client.StateOptions;
import org.dst.client.StoreRolledBackException;
import org.dst.client.WrongStoreException;
import org.dst.client.kernel.DeviceOptions;
import org.dst.client.kernel.DeviceSource;
import org.dst.client.kernel.DeviceStatus;
import org.dst.client.kernel.KernelDevice;
import org.dst.client.kernel.KernelDevice.Departure;
import org.dst.client.link.LinkException;
import org.dst.client.nbd.NbdLimits;
import org.dst.client.session.SessionOptions;

/** A running attachment and, with {@code --device}, the kernel's block device on top of it. */
final class AttachedDisk {
  private final Attachment attachment;
  private final KernelDevice device;

  private AttachedDisk(Attachment attachment, KernelDevice device) {
    this.attachment = attachment;
    this.device = device;
  }

  /**
   * Attaches.
   *
   * @param local a Unix socket if a device is wanted
   * @param eventLoops at least 1
   * @param wanted null for no device
   */
  static AttachedDisk open(
      SessionOptions options,
      StateOptions state,
      SocketAddress local,
      int eventLoops,
      DeviceOptions wanted)
      throws UserError, InterruptedException {
    try {
      Attachment attachment = Attachment.open(options, state, local, NbdLimits.DEFAULT, eventLoops);
      return new AttachedDisk(attachment, wanted == null ? null : device(attachment, wanted));
    } catch (LinkException failed) {
      throw UserError.of(failed);
    } catch (LostWritesException lost) {
      throw new UserError(ExitCode.LOST_WRITES, lost.getMessage());
    } catch (WrongStoreException | StoreRolledBackException other) {
      throw new UserError(ExitCode.REFUSED, other.getMessage());
    } catch (IOException | IllegalArgumentException unusable) {
      throw new UserError(ExitCode.LOCAL, unusable.getMessage());
    }
  }

  /** Checks that the device is usable, before the server is contacted. */
  static void check(DeviceOptions wanted) throws UserError {
    try {
      KernelDevice.check(wanted);
    } catch (IOException unusable) {
      throw new UserError(ExitCode.LOCAL, unusable.getMessage());
    }
  }

  private static KernelDevice device(Attachment attachment, DeviceOptions wanted)
      throws IOException, InterruptedException {
    try {
      KernelDevice device =
          KernelDevice.open(
              wanted,
              new DeviceSource(
                  ((UnixDomainSocketAddress) attachment.local()).getPath().toAbsolutePath(),
                  attachment.info(),
                  attachment.store(),
                  attachment::connections));
      attachment.onChange(info -> device.resized(info.size()));
      device.resized(
          attachment.info().size()); // it may have changed before the listener was registered
      return device;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      attachment.close();
      throw failed;
    }
  }

  Attachment attachment() {
    return attachment;
  }

  /** How the kernel's device is connected; null if there is none. Any thread. */
  DeviceStatus device() {
    return device == null ? null : device.status();
  }

  /** Where the disk is, for the ready line. */
  String place() {
    String socket =
        attachment.local() instanceof InetSocketAddress tcp
            ? ListenAddressConverter.show(tcp)
            : attachment.local().toString();
    return device == null ? "on " + socket : "as %s on %s".formatted(device.path(), socket);
  }

  /**
   * Shuts down in order: the device's users, the device, the export. Blocks.
   *
   * @return the exit code of the process
   */
  ExitCode stop() {
    DetachOutcome outcome =
        device == null || leave() == Departure.DISCONNECTED
            ? attachment.leave()
            : attachment.handOver();
    return switch (outcome) {
      case CLEAN, LEASE_KEPT -> ExitCode.OK;
      case WRITES_KEPT -> ExitCode.UNFLUSHED_WRITES;
    };
  }

  private Departure leave() {
    try {
      return device.leave();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Departure.KEPT;
    }
  }
}
