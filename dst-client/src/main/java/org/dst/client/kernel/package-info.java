/**
 * The attachment as a block device of this machine's kernel, {@code /dev/nbdN}: connecting it,
 * taking it over from a dead process, resizing it, disconnecting it. Called by the attach command
 * on threads that may block; a separate thread listens to the kernel.
 *
 * <p>Nothing here reads or writes the device in this process: a thread blocked on the process's own
 * device would keep the process, and with it the device's sockets, from ever ending. Separate
 * programs do that.
 */
package org.dst.client.kernel;
