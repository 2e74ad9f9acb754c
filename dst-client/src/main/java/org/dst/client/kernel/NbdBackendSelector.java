package org.dst.client.kernel;

import java.io.IOException;
import java.nio.file.Path;
import org.dst.client.kernel.DeviceOptions.By;

/** Chooses the back end from what is requested and what this machine has. */
final class NbdBackendSelector {
  private NbdBackendSelector() {}

  /**
   * The back end to use.
   *
   * @throws IOException if the requested back end is unavailable
   */
  static NbdBackend of(DeviceOptions options, DeviceFiles files, String backend)
      throws IOException {
    NbdFamily family = options.by() == By.NBD_CLIENT ? null : NbdFamily.find();
    if (family != null) {
      return new NetlinkBackend(family, files, options, backend);
    }
    if (options.by() == By.NETLINK) {
      throw new IOException(
          "the kernel's nbd driver has no netlink interface; use --device-by nbd-client");
    }
    if (options.keep()) {
      throw new IOException(
          "--keep-device: the kernel's nbd driver has no netlink interface, which handing over a"
              + " device needs");
    }
    Path program = ProcessRunner.find(NbdClientBackend.PROGRAM);
    if (program == null) {
      throw new IOException("nbd-client is not installed (Debian: apt-get install nbd-client)");
    }
    return new NbdClientBackend(program, files, options);
  }
}
