/**
 * Options for the protection of links, which are checked once and become what dst-client and
 * dst-server take; key generation; and the watcher of a server's key files. Called by the commands
 * on the main thread; the watcher has its own thread.
 */
package org.dst.cli.security;
