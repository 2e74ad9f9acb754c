package org.dst.crypto.record;

/**
 * How a link is protected, for logs and status.
 *
 * @param mode the security mode
 * @param cipher cipher of its records; null for a plain link
 * @param provider provider of the cipher on this side; null for a plain link
 * @param checksum checksum of its payloads
 */
public record LinkProtection(String mode, String cipher, String provider, String checksum) {}
