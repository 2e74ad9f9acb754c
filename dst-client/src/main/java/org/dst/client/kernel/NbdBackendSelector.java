package org.dst.client.kernel;

import java.io.IOException;
import java.nio.file.Path;
import org.dst.client.kernel.DeviceOptions.By;

/** Chooses the means by what this machine has and what is wanted. */
final class NbdBackendSelector {
  private NbdBackendSelector() {}

  /**
   * The means to use.
   *
   * @throws IOException if what is wanted is not there
   */
  static NbdBackend of(DeviceOptions options, DeviceFiles files, String backend)
      throws IOException {
    NbdFamily family = options.by() == By.NBD_CLIENT ? null : NbdFamily.find();
    if (family != null) {
      return new NetlinkBackend(family, files, options, backend);
    }
    if (options.by() == By.NETLINK) {
      throw new IOException(
          "the kernel's nbd driver has no netlink interface; --device-by nbd-client does without");
    }
    if (options.keep()) {
      throw new IOException(
          "--keep-device: the kernel's nbd driver has no netlink interface, without which no device"
              + " can be handed over");
    }
    Path program = ProcessRunner.find(NbdClientBackend.PROGRAM);
    if (program == null) {
      throw new IOException("nbd-client is not installed (Debian: apt-get install nbd-client)");
    }
    return new NbdClientBackend(program, files, options);
  }
}
