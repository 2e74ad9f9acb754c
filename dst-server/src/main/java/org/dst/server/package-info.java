/**
 * The exporting node: exports and who may use them, and the one port that serves them. Started by
 * {@code dstd export}; attach decisions of an export are made on its home event loop, transactions
 * on the loop of the link that serves their lane.
 */
package org.dst.server;
