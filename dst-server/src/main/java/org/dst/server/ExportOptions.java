package org.dst.server;

import org.dst.protocol.Access;

/**
 * How an export is offered.
 *
 * @param name by which clients attach, 1 to 4096 bytes of UTF-8
 * @param description for people; may be empty
 * @param access the most that any client gets
 * @param allowed addresses that may use it
 */
public record ExportOptions(String name, String description, Access access, AllowList allowed) {}
