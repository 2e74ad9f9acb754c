package org.dst.server.port;

import java.util.List;
import java.util.stream.Collectors;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.cipher.Ciphers;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.OpeningHeader;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.ServerOpening;

/** Negotiates version, security mode, cipher and checksum of a link (docs/protocol.md §3.1). */
final class OpeningNegotiation {
  private final SecurityOptions security;
  private final List<SecurityMode> modes;

  /** A negotiation with a client on this machine, or on another one. */
  OpeningNegotiation(SecurityOptions security, boolean sameMachine) {
    this.security = security;
    modes = security.modesFor(sameMachine);
  }

  /**
   * The answer to an opening.
   *
   * @param freshness random bytes that no other link has
   */
  ServerOpening answer(ClientOpening opening, byte[] freshness) {
    int version = OpeningHeader.VERSION;
    if (opening.minVersion() > version || opening.maxVersion() < version) {
      return refuse(
          RefusalCode.VERSION,
          "server speaks protocol version %d; client offered %d to %d"
              .formatted(version, opening.minVersion(), opening.maxVersion()));
    }
    SecurityMode mode = opening.mode();
    if (!modes.contains(mode)) {
      return refuse(RefusalCode.SECURITY_MODE, otherMode(mode));
    }
    int unknown = opening.extensions().firstUnknownCritical();
    if (unknown >= 0) {
      return refuse(
          RefusalCode.INVALID,
          "parameter 0x%04x of the opening is not supported".formatted(unknown));
    }
    boolean secured = mode != SecurityMode.PLAIN;
    String cipher = secured ? Ciphers.choose(opening.ciphers(), security.ciphers()) : "";
    if (cipher == null) {
      return refuse(
          RefusalCode.ALGORITHM, nothingInCommon("cipher", security.ciphers(), opening.ciphers()));
    }
    List<String> checksums = checksums(secured);
    String checksum = Checksums.choose(opening.checksums(), checksums);
    if (checksum == null) {
      return refuse(
          RefusalCode.ALGORITHM, nothingInCommon("checksum", checksums, opening.checksums()));
    }
    Extensions extensions =
        secured ? Extensions.NONE.with(ServerOpening.FRESHNESS, freshness) : Extensions.NONE;
    return new ServerOpening(RefusalCode.NONE, version, mode, cipher, checksum, "", extensions);
  }

  /** Leaves out keyed checksums on plain links, which have no key. */
  private List<String> checksums(boolean secured) {
    return secured
        ? security.checksums()
        : security.checksums().stream().filter(name -> !name.equals(Checksums.KEYED)).toList();
  }

  private static String nothingInCommon(String what, List<String> server, List<String> client) {
    return "no %s in common: server has %s; client has %s"
        .formatted(what, String.join(", ", server), String.join(", ", client));
  }

  private String otherMode(SecurityMode offered) {
    if (modes.isEmpty()) {
      return "server takes plain links from its own machine only, unless it is told to take them"
          + " from anywhere; client offered "
          + offered.label();
    }
    if (modes.equals(List.of(SecurityMode.PLAIN))) {
      return "server offers plain links only; client requires " + offered.label();
    }
    return "server requires %s; client offered %s"
        .formatted(
            modes.stream().map(SecurityMode::label).collect(Collectors.joining(" or ")),
            offered.label());
  }

  private ServerOpening refuse(RefusalCode code, String text) {
    SecurityMode required = modes.isEmpty() ? SecurityMode.PLAIN : modes.getFirst();
    return ServerOpening.refuse(code, required, text);
  }
}
