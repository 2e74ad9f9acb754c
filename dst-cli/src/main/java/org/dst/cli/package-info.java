/**
 * The programs {@code dstd} and {@code dst}: command lines, exit codes, logging, shutdown. Commands
 * run on the main thread and only put together what the server and the client modules offer.
 */
package org.dst.cli;
