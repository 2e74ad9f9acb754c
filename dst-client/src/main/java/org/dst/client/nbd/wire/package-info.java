/**
 * The transmission phase of the NBD protocol as bytes: commands, flags, errors, the layouts of
 * headers and payloads, by the names of the specification (NetworkBlockDevice/nbd, doc/proto.md).
 * Pure; called by the handlers of {@link org.dst.client.nbd} on a connection's event loop.
 */
package org.dst.client.nbd.wire;
