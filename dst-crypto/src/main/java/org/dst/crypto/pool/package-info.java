/**
 * The crypto threads of a process, shared by all its links, and the order that results are put back
 * into. Links submit work and take results on their event loops; the work itself runs on crypto
 * threads, or on the loop when these have more than enough to do.
 */
package org.dst.crypto.pool;
