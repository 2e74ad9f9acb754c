/**
 * The pure core of a lane: which transaction is sent, resent, replayed or failed, and when to
 * reconnect. {@link org.dst.client.lane.LaneCore} is its entry; the shell in {@code
 * org.dst.client.session} calls it on the lane's event loop, passes in the time, and carries out
 * its {@link org.dst.client.lane.ClientLaneActions}. Nothing here knows channels, clocks, threads
 * or files; the rules are those of docs/transactions.md.
 */
package org.dst.client.lane;
