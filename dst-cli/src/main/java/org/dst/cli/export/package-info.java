/**
 * The commands of {@code dstd}: {@code export} serves stores, {@code status} and {@code resize}
 * talk to a running {@code export} over its control socket, {@code adopt} edits the state
 * directory. Run on the main thread; {@link org.dst.cli.export.ServerControl} answers on the
 * control socket's loop.
 */
package org.dst.cli.export;
