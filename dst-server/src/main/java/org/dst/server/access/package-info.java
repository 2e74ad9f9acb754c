/**
 * Who may do what with an export: peers, rules that give them rights, and the file that rules are
 * read from again while the server runs. Values are immutable; the session registry and the export
 * port ask them on event loops, the file is looked at on a thread of its own.
 */
package org.dst.server.access;
