/**
 * What the server tells a client of durability, held against the system calls that it made: a
 * server under {@code strace}, a client that says exactly what it wants, and a checker of the
 * trace.
 */
package org.dst.system.durability;
