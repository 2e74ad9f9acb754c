/**
 * Access control: peers, the rules that grant them rights, and the file that rules are reread from
 * while the server runs. Values are immutable and used on event loops by the session registry and
 * the export port; the file is watched on a thread of its own.
 */
package org.dst.server.access;
