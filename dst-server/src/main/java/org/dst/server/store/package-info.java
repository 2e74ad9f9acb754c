/**
 * Where an export's bytes live: file, block device, memory. A store is a thin, honest layer over
 * the system calls; which thread makes them is decided by {@link org.dst.server.engine}.
 */
package org.dst.server.store;
