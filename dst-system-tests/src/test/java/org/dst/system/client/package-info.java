/**
 * Real NBD clients on a disk that is reached over the network: what each prints, copies and
 * verifies. A test skips, with the reason, if its program is not installed. Runs on the test thread
 * and in the processes it starts.
 */
package org.dst.system.client;
