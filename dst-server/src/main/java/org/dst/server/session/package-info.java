/**
 * What the server decides about sessions, lanes and transactions: plain single-threaded code that
 * takes messages and returns what to do. A lane is owned by the event loop of its current link; it
 * changes hands only when nothing of it runs.
 */
package org.dst.server.session;
