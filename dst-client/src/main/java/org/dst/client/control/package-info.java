/**
 * Questions to a server that need no session: which exports there are, and how fast it answers.
 * Each opens a link of its own and ends it; called by the commands {@code dst list} and {@code dst
 * ping}.
 */
package org.dst.client.control;
