/**
 * Rules that both ends of a link share. Pure logic, called by the links of client and server on
 * their event loops; time comes in as an argument.
 */
package org.dst.protocol.link;
