/**
 * Values of command-line options: converters, units, default directories, and groups of options
 * that several commands have. Called by picocli and by the commands on the main thread.
 */
package org.dst.cli.option;
