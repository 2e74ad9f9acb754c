package org.dst.client.link;

import org.dst.protocol.Limits;

/**
 * The address of a server.
 *
 * @param host host name, or IP address
 * @param port 1 to 65535
 */
public record ServerAddress(String host, int port) {

  /**
   * Reads {@code HOST}, {@code HOST:PORT}, {@code [IPV6]} or {@code [IPV6]:PORT}.
   *
   * @throws IllegalArgumentException if it is none of these; the message says what is wrong
   */
  public static ServerAddress parse(String text) {
    int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
    if (text.startsWith("[") && bracket < 0) {
      throw new IllegalArgumentException("'" + text + "': ']' is missing");
    }
    if (bracket >= 0 && bracket + 1 < text.length() && text.charAt(bracket + 1) != ':') {
      throw new IllegalArgumentException("'" + text + "': only a port may come after ']'");
    }
    int colon = text.indexOf(':', bracket + 1);
    if (bracket < 0 && colon >= 0 && text.indexOf(':', colon + 1) >= 0) {
      throw new IllegalArgumentException(
          "'" + text + "': put an IPv6 address in brackets, like [::1]:" + Limits.DEFAULT_PORT);
    }
    String host =
        bracket >= 0
            ? text.substring(1, bracket)
            : text.substring(0, colon < 0 ? text.length() : colon);
    if (host.isEmpty()) {
      throw new IllegalArgumentException("'" + text + "': the host is missing");
    }
    return new ServerAddress(
        host, colon < 0 ? Limits.DEFAULT_PORT : port(text, text.substring(colon + 1)));
  }

  private static int port(String text, String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port >= 1 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException notANumber) {
      // reported below
    }
    throw new IllegalArgumentException(
        "'%s': port '%s' (expected: 1 to 65535)".formatted(text, digits));
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
