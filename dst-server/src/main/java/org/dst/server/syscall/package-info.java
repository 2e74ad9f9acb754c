/**
 * The system calls that the JDK lacks, by the foreign-function API, for Linux on x86-64 and
 * aarch64. Knows no block devices' protocol and no policy; called by {@link org.dst.server.store}
 * on whatever thread does the I/O. Every call answers as the kernel does: a result, or a negative
 * {@link org.dst.platform.syscall.Errno}.
 */
package org.dst.server.syscall;
