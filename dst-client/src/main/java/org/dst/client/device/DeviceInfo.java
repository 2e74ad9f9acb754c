package org.dst.client.device;

/**
 * A disk's size, limits and abilities.
 *
 * @param name of the export
 * @param description for people; may be empty
 * @param size in bytes
 * @param minBlock offsets and lengths are multiples of this; a power of two
 * @param preferredBlock the size of request that is served best; a power of two
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

  /** Whether all of the given feature bits are there. */
  public boolean has(int features) {
    return (this.features & features) == features;
  }
}
