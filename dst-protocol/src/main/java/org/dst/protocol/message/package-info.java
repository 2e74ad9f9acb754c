/**
 * The messages around transactions: the opening, the handshake, attach, list, their answers, and
 * the notices that a server sends later. Each is a record that encodes and decodes itself. Built
 * and parsed by the link handlers of client and server; immutable and safe on any thread.
 */
package org.dst.protocol.message;
