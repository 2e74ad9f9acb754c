/**
 * What must outlive a client process, so that its successor can prove who it is and knows whether
 * anything may be missing: a small file, mapped into memory, locked while its owner lives. The
 * kernel keeps what was written to it whatever becomes of the process.
 */
package org.dst.client.state;
