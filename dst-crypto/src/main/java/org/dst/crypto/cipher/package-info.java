/**
 * AEAD ciphers by their negotiated names, each from the fastest provider that is present and passes
 * a self-test. Called by the record layer on event loops and crypto threads; every thread has its
 * own instances.
 */
package org.dst.crypto.cipher;
