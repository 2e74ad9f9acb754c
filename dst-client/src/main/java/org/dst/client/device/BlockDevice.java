package org.dst.client.device;

import java.util.function.Consumer;

/** A block device. Any thread; a request completes on its own event loop. */
public interface BlockDevice {
  /** The current size, limits and features; only the size may change. */
  DeviceInfo info();

  /**
   * Adds a listener for changes of {@link #info}, for as long as the device is open. It is called
   * on an event loop of the device and must not block; calls never overlap, and the last one
   * carries what {@link #info} returns.
   */
  void onChange(Consumer<DeviceInfo> listener);

  /**
   * Submits a request; it may complete before this returns. Never rejects a request for lack of
   * room: the front end bounds what it submits. Requests execute in any order.
   *
   * @param request validated against {@link #info}: range, alignment, access and features
   */
  void submit(BlockRequest request);
}
