/**
 * The commands of {@code dst} that ask a server something and exit: {@code list} and {@code ping}.
 * The main thread waits for answers that arrive on one event loop.
 */
package org.dst.cli.query;
