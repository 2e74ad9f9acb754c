/**
 * The programs {@code dstd} and {@code dst}: main classes, the parsing of a command line, and the
 * mapping of failures to one line and an exit code. Everything runs on the main thread.
 */
package org.dst.cli;
