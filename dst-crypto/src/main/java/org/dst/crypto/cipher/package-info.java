/**
 * Authenticated ciphers by the names under which links agree on them, each from the fastest
 * provider that is present and answers correctly. Called by the record layer on event loops and
 * crypto threads; every thread has instances of its own.
 */
package org.dst.crypto.cipher;
