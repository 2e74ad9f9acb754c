/**
 * Payload checksums, by their negotiated names. Both ends of a link compute and verify them on
 * whichever thread holds the payload; an instance serves one thread at a time.
 */
package org.dst.crypto.checksum;
