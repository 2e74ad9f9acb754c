/**
 * Keys and key files: shared keys, X25519 key pairs, passphrase parameters, and a server's list of
 * allowed clients. The programs read and write the files at start and on request, never on an event
 * loop. Keys are immutable and safe on any thread until they are wiped.
 */
package org.dst.crypto.key;
