/**
 * The vocabulary of the DST protocol: opcodes, flags, status codes, access modes and limits. Every
 * module uses it. Everything here is immutable and safe on any thread. Byte layouts live in {@link
 * org.dst.protocol.message} and {@link org.dst.protocol.codec}; the specification is {@code
 * docs/protocol.md}.
 */
package org.dst.protocol;
