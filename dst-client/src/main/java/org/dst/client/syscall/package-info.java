/**
 * The system calls that a client needs and the JDK lacks, by the foreign-function API, for Linux on
 * x86-64 and aarch64: netlink and Unix sockets by descriptor, memory and process settings. Called
 * by {@link org.dst.client.kernel} on threads that may block, never on an event loop; every call
 * fails with {@link org.dst.platform.syscall.ErrnoException}.
 */
package org.dst.client.syscall;
