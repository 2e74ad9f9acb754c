/**
 * The record layer of secured links: keys that follow from the number of a frame alone, and the
 * sealing and opening of frames with them, small ones at once and large ones on the crypto pool, in
 * order. Called by the links' codecs; everything here belongs to one link and lives on its event
 * loop, but for the work that the pool does.
 */
package org.dst.crypto.record;
