/**
 * The messages before transactions: opening, attach, list and their answers, and the notices during
 * them, as records that encode and decode themselves. Immutable; any thread.
 */
package org.dst.protocol.message;
