/**
 * The simulator: the real client core and the real server core in simulated time, with a network
 * and a store that fail in every permitted way. A seed determines a run exactly. A model of every
 * block checks the invariants of docs/transactions.md after each reply. Single-threaded.
 */
package org.dst.system.sim;
