/**
 * Checks the durability that a server promises against what it made the kernel do: a server under
 * {@code strace} or, with the {@code uring} engine, under the kernel's tracepoints; a client that
 * sends exact requests; and a checker of the trace.
 */
package org.dst.system.durability;
