package org.dst.server.store;

/**
 * The properties of a store.
 *
 * @param kind "file", "device" or "memory", for messages
 * @param location path or description, for messages
 * @param size in bytes at opening
 * @param minBlock the alignment of offsets and lengths; a power of two
 * @param preferredBlock the most efficient request size; a power of two
 * @param readOnly whether changes are impossible
 * @param rotational whether seeks cost time
 * @param canTrim whether space can be deallocated
 * @param canFastZero whether ranges can be zeroed without writing them
 */
public record StoreInfo(
    String kind,
    String location,
    long size,
    int minBlock,
    int preferredBlock,
    boolean readOnly,
    boolean rotational,
    boolean canTrim,
    boolean canFastZero) {}
