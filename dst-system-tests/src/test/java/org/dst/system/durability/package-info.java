/**
 * What the server tells a client of durability, held against what it had the kernel do: a server
 * under {@code strace}, or with the {@code uring} engine under the kernel's own tracepoints, a
 * client that says exactly what it wants, and a checker of the trace.
 */
package org.dst.system.durability;
