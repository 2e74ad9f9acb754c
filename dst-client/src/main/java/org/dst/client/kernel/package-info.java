/**
 * The attachment as a block device of this machine's kernel, {@code /dev/nbdN}: connecting it,
 * taking it over from a process that died, following its size, disconnecting it. Called by the
 * attach command, on threads that may block; a thread of its own listens to the kernel.
 *
 * <p>Nothing here reads or writes the device in this process: a thread that waits for its own
 * device keeps the process, and with it the device's sockets, from ever ending. Programs of their
 * own do that.
 */
package org.dst.client.kernel;
