package org.dst.client.device;

/** A disk that takes block requests. Any thread; a request completes on its own event loop. */
public interface BlockDevice {
  /** Size, limits and abilities as they are now; the size may change, the rest stays. */
  DeviceInfo info();

  /**
   * Starts a request; its completion may come before the return. Never refuses for want of room:
   * the front end bounds what it submits. Requests are carried out in any order.
   *
   * @param request validated against {@link #info}: range, alignment, access and features
   */
  void submit(BlockRequest request);
}
