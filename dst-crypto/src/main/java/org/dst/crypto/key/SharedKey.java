package org.dst.crypto.key;

/**
 * A key that a client and a server share.
 *
 * @param name by which people and rules speak of it; never on the wire
 * @param secret the key itself
 */
public record SharedKey(String name, Secret secret) {}
