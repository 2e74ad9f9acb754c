/**
 * The record layer of secured links: the key schedule, and the sealing and opening of records,
 * small ones inline and large ones on the crypto pool, in order. Called by the links' codecs.
 * Everything but {@link org.dst.crypto.record.RecordCrypto} belongs to one link and lives on its
 * event loop, apart from the tasks that the pool runs.
 */
package org.dst.crypto.record;
