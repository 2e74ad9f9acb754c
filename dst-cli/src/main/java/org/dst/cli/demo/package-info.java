/**
 * {@code dst demo}: a server, a link, an attachment and a self-check through the NBD socket, all in
 * one process, for people who want to see DST work before they read on. Main thread.
 */
package org.dst.cli.demo;
