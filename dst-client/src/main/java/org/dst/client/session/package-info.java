/**
 * A session with an export, and the shell of its lanes. {@link org.dst.client.session.Session}
 * spreads block requests over lanes; each {@link org.dst.client.session.Lane} runs the core of
 * {@code org.dst.client.lane} on one event loop and gives it links. Opened by {@code
 * org.dst.client.AttachedSession}; requests and their completions move between event loops in
 * batches.
 */
package org.dst.client.session;
