/**
 * Streams to records and back: the frame header, and the decoders that turn what a channel reads
 * into whole frames without copying payloads. A decoder belongs to one channel and lives on that
 * channel's event loop.
 */
package org.dst.protocol.codec;
