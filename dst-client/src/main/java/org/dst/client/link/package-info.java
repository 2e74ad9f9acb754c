/**
 * One TCP connection to a server: dialling, opening, handshake, frames. A link lives on one event
 * loop and is used by one lane, or by one of the control commands.
 */
package org.dst.client.link;
