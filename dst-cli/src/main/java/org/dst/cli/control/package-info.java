/**
 * The control socket: how to query a running program of this machine, and have it execute a
 * command. One line goes in, one line of JSON comes out. The running program's side lives on an
 * event loop of its own, the asking side on the thread of a command.
 */
package org.dst.cli.control;
