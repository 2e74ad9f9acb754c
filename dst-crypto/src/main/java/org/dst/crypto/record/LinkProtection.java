package org.dst.crypto.record;

/**
 * What protects a link, in words for people.
 *
 * @param mode of its opening
 * @param cipher of its records; null if it is plain
 * @param provider that computes the cipher on this side; null if the link is plain
 * @param checksum of its payloads
 */
public record LinkProtection(String mode, String cipher, String provider, String checksum) {}
