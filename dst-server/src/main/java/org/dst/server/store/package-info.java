/**
 * What a store is: the blocking contract of {@link org.dst.server.store.BlockStore}, the same by a
 * ring, and their options, properties and errors. Implemented by the packages below; called by the
 * exports and the I/O engine, on any thread.
 */
package org.dst.server.store;
