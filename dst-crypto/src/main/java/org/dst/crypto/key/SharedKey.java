package org.dst.crypto.key;

/**
 * A key that a client and a server share.
 *
 * @param name its name in access rules and logs; never sent
 * @param secret the key itself
 */
public record SharedKey(String name, Secret secret) {}
