package org.dst.server.export;

import org.dst.protocol.Access;
import org.dst.server.access.AccessRules;
import org.dst.server.lane.WritePolicy;

/**
 * How an export is offered.
 *
 * @param name by which clients attach, 1 to 4096 bytes of UTF-8
 * @param description for people; may be empty
 * @param access the most that any client gets
 * @param rules who may use it at first; {@link Export#replaceAccess} changes them
 * @param changes what becomes of changes
 */
public record ExportOptions(
    String name, String description, Access access, AccessRules rules, WritePolicy changes) {
  /** An export whose changes are carried out as they come. */
  public ExportOptions(String name, String description, Access access, AccessRules rules) {
    this(name, description, access, rules, WritePolicy.AS_ASKED);
  }
}
