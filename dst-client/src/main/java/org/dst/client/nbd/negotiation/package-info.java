/**
 * The handshake phase of the NBD protocol (option haggling, fixed newstyle): {@link NbdNegotiation}
 * takes a client's bytes and appends the answers. Pure, knows no channel; driven by {@link
 * org.dst.client.nbd}'s handshake handler on the connection's event loop.
 */
package org.dst.client.nbd.negotiation;
