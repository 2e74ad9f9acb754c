/**
 * Turns byte streams into frames and back: the frame header, the decoders and writers of plain and
 * sealed links, and the in-place receive buffers that keep payloads from being copied. The link
 * handlers of client and server install them. Each object belongs to one channel and lives on that
 * channel's event loop.
 */
package org.dst.protocol.codec;
