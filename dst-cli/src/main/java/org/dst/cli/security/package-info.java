/**
 * How the commands are told to protect links: options, which are checked once and become what
 * dst-client and dst-server take, and the watch over a server's key files. Called by the commands
 * on their main thread; the watch has a thread of its own.
 */
package org.dst.cli.security;
