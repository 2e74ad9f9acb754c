/**
 * Opens, creates, locks and checks stores by their location. Called by the programs before an
 * export is served, on a thread that may block.
 */
package org.dst.server.store.open;
