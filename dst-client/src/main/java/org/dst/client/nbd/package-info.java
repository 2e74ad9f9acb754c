/**
 * The NBD front end: serves a {@link org.dst.client.device.BlockDevice} to NBD clients on a Unix
 * socket or on loopback TCP, by the specification (NetworkBlockDevice/nbd, doc/proto.md, with its
 * extended headers). {@link NbdServer} is what an attachment uses; each connection lives on one
 * event loop, first in {@link NbdHandshake}, then in {@link NbdTransmission}. Names are those of
 * the specification.
 */
package org.dst.client.nbd;
