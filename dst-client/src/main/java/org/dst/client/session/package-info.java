/**
 * A session with an export: lanes, their transactions and the timers of those. {@link
 * org.dst.client.session.LaneCore} decides, without sockets or clocks; {@link
 * org.dst.client.session.Lane} gives it a link and an event loop, which owns both; {@link
 * org.dst.client.session.Session} spreads block requests over lanes.
 */
package org.dst.client.session;
