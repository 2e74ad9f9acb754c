package org.dst.client.kernel;

import java.nio.file.Path;

/**
 * How the kernel's device is connected.
 *
 * @param path in {@code /dev}
 * @param by the back end that connected it: {@code netlink} or {@code nbd-client}
 * @param connections that it was given
 * @param block bytes of a sector
 * @param connected false if another process has disconnected it
 */
public record DeviceStatus(Path path, String by, int connections, int block, boolean connected) {}
