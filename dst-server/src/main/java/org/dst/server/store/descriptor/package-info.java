/**
 * One open file or device: its descriptor with the rules of closing, durable writes and direct I/O,
 * and the mapping of errno values. Called by {@link org.dst.server.store.file} and {@link
 * org.dst.server.store.uring}, on the thread that carries out a request.
 */
package org.dst.server.store.descriptor;
