/**
 * Watches files that are reread while the server runs: access rules and keys. Each watcher checks
 * once a second on a thread of its own; created and closed by the program.
 */
package org.dst.server.watch;
