package org.dst.server.export;

import org.dst.protocol.Access;
import org.dst.server.access.AccessRules;
import org.dst.server.lane.WritePolicy;

/**
 * The options of an export.
 *
 * @param name the name that clients attach by, 1 to 4096 bytes of UTF-8
 * @param description shown in listings; may be empty
 * @param access the widest access that any client gets
 * @param rules the initial access rules; {@link Export#replaceAccess} replaces them
 * @param policy how changes are carried out
 */
public record ExportOptions(
    String name, String description, Access access, AccessRules rules, WritePolicy policy) {
  /** An export whose changes are carried out as requested. */
  public ExportOptions(String name, String description, Access access, AccessRules rules) {
    this(name, description, access, rules, WritePolicy.AS_ASKED);
  }
}
