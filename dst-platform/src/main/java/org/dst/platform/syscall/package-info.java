/**
 * Calls into libc through the foreign-function API, on Linux for x86-64 and aarch64. {@link
 * org.dst.platform.syscall.NativeLinker} makes method handles for calls on a hot path, {@link
 * org.dst.platform.syscall.NativeFunction} wraps the others. The {@code syscall} packages of server
 * and client build the calls that they need from these; any thread.
 */
package org.dst.platform.syscall;
