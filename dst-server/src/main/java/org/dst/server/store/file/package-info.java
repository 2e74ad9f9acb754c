/**
 * The stores behind a file descriptor: regular files, block devices and memory. Created by {@link
 * org.dst.server.store.open}; called by the I/O engine, on any thread.
 */
package org.dst.server.store.file;
