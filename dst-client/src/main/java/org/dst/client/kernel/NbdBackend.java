package org.dst.client.kernel;

import java.io.IOException;

/** Configures nbd devices of the kernel. For threads that may block. */
interface NbdBackend extends AutoCloseable {
  /** For messages. */
  String name();

  /** Whether a successor can take over a device that was connected this way. */
  boolean handsOver();

  /** Whether it can connect a device that does not exist yet. */
  boolean makesDevices();

  /**
   * Connects a device that is free.
   *
   * @throws org.dst.platform.syscall.ErrnoException EBUSY if it is in use or open
   */
  void connect(int index, DeviceSource source) throws IOException, InterruptedException;

  /** Resizes a device to a multiple of its sector size. */
  void resize(int index, long size) throws IOException;

  /** Disconnects a device; what is in flight fails. */
  void disconnect(int index) throws IOException, InterruptedException;

  @Override
  void close();
}
