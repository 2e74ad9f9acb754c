package org.dst.client.kernel;

import java.io.IOException;

/** A way to tell the kernel about a device. For threads that may block. */
interface NbdBackend extends AutoCloseable {
  /** For messages. */
  String name();

  /** Whether a device that was connected so can be taken over by a successor. */
  boolean handsOver();

  /** Whether a device that does not exist yet can be connected. */
  boolean makesDevices();

  /**
   * Connects a device that is free.
   *
   * @throws org.dst.platform.syscall.ErrnoException EBUSY if it is not, or if somebody has it open
   */
  void connect(int index, DeviceSource source) throws IOException, InterruptedException;

  /** Gives a device another size, a multiple of its sectors. */
  void resize(int index, long size) throws IOException;

  /** Disconnects a device; what is in flight fails. */
  void disconnect(int index) throws IOException, InterruptedException;

  @Override
  void close();
}
