/**
 * Real NBD clients against a disk that comes over the network: what each prints, copies and
 * verifies. Each test skips, and says so, where its program is not installed.
 */
package org.dst.system.client;
