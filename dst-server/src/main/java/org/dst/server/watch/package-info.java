/**
 * Files that are read again while the server runs: access rules and keys. Each watch looks on a
 * thread of its own, once a second; made and closed by the program.
 */
package org.dst.server.watch;
