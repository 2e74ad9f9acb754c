package org.dst.client.device;

/**
 * The size, limits and features of a block device.
 *
 * @param name of the export
 * @param description free text; may be empty
 * @param size in bytes
 * @param minBlock offsets and lengths are multiples of this; a power of two
 * @param preferredBlock the preferred request size; a power of two
 * @param readOnly whether changes are refused
 * @param features bits of {@link org.dst.protocol.message.Features}
 */
public record DeviceInfo(
    String name,
    String description,
    long size,
    int minBlock,
    int preferredBlock,
    boolean readOnly,
    int features) {

  /** The same disk with another size in bytes. */
  public DeviceInfo withSize(long bytes) {
    return new DeviceInfo(name, description, bytes, minBlock, preferredBlock, readOnly, features);
  }

  /** Whether all of the given feature bits are set. */
  public boolean has(int features) {
    return (this.features & features) == features;
  }
}
