/**
 * Keys and the files that they are kept in: shared keys, X25519 key pairs, salts of passphrases,
 * and the list of the clients that a server lets in. The programs read and write the files at start
 * and on request, never on an event loop; the values are immutable and may be used by any thread
 * until they are wiped.
 */
package org.dst.crypto.key;
