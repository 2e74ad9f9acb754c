/**
 * {@code dst demo}: a server, a link, an attachment and a self-check through the NBD socket, all in
 * one process, to see DST work before reading on. Main thread.
 */
package org.dst.cli.demo;
