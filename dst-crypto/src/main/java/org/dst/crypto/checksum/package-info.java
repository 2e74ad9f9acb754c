/**
 * Checksums of payloads, by the names under which links agree on them. Called by both ends of a
 * link on the threads that hold the payload; an instance serves one thread at a time.
 */
package org.dst.crypto.checksum;
