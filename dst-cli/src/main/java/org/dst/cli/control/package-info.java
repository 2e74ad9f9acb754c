/**
 * The control socket: how a running program of this machine is asked what it is doing, and told to
 * do something else. One line goes in, one line of JSON comes out. The running program's side lives
 * on an event loop of its own, the asking side on the thread of a command.
 */
package org.dst.cli.control;
