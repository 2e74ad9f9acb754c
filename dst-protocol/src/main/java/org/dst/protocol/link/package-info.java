/**
 * Rules of a link that both ends share. Pure: time comes in as an argument. Owned by the link's
 * event loop.
 */
package org.dst.protocol.link;
