/**
 * What all commands share: common options, exit codes, the error that becomes one line for the
 * user, and the life of a process until SIGTERM. Used by every other package of dst-cli, on the
 * main thread; the shutdown hook has a thread of its own.
 */
package org.dst.cli.command;
