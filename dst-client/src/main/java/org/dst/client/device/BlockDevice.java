package org.dst.client.device;

import java.util.function.Consumer;

/** A disk that takes block requests. Any thread; a request completes on its own event loop. */
public interface BlockDevice {
  /** Size, limits and abilities as they are now; the size may change, the rest stays. */
  DeviceInfo info();

  /**
   * Has a listener told whenever {@link #info} has changed, until the device is closed. It is
   * called on an event loop of the device, so it must not block; calls never overlap, and the last
   * one has what {@link #info} says. A device whose size never changes calls nobody.
   */
  void onChange(Consumer<DeviceInfo> listener);

  /**
   * Starts a request; its completion may come before the return. Never refuses for want of room:
   * the front end bounds what it submits. Requests are carried out in any order.
   *
   * @param request validated against {@link #info}: range, alignment, access and features
   */
  void submit(BlockRequest request);
}
