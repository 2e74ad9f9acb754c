/**
 * Requests that are submitted to an io_uring instead of blocking a thread. Called by the uring
 * engine through {@link org.dst.server.store.RingStore}, on the event loop that owns the ring.
 */
package org.dst.server.store.uring;
