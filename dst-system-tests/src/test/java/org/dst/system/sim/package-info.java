/**
 * The simulator: the real client core and the real server core in simulated time, between a network
 * and a store that fail in every way they are allowed to. One seed is one run, repeated exactly. A
 * model of every block checks the invariants of docs/transactions.md after each answer.
 */
package org.dst.system.sim;
