/**
 * What {@code dst status} and {@code dstd status} show: reports, which a running program makes of
 * its state on its event loops and which are the JSON whose field names docs/reference.md lists,
 * and sheets, which the command makes of reports for people.
 */
package org.dst.cli.status;
