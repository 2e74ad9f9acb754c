package org.dst.server.store;

/**
 * What a store is and can do.
 *
 * @param kind "file", "device" or "memory", for people
 * @param location path or description, for people
 * @param size in bytes at opening
 * @param minBlock offsets and lengths are multiples of this; a power of two
 * @param preferredBlock the size of request that is served best; a power of two
 * @param readOnly whether changes are impossible
 * @param rotational whether seeks cost time
 * @param canTrim whether space can be given back
 * @param canFastZero whether zeroes can be made without writing them
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
