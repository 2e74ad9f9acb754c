package org.dst.server.access;

import java.net.InetAddress;

/** A range of addresses with a common prefix. Immutable. */
public final class AddressRange {
  private final byte[] network;
  private final int prefix;
  private final String text;

  private AddressRange(byte[] network, int prefix, String text) {
    this.network = network;
    this.prefix = prefix;
    this.text = text;
  }

  /**
   * Parses an address range.
   *
   * @param text an IPv4 or IPv6 address, with or without a prefix length: 192.0.2.0/24
   * @throws IllegalArgumentException if it is not one; the message names it
   */
  public static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    try {
      // Neither a name, which would be looked up, nor "10", which Java takes for 0.0.0.10.
      if (!address.matches("[0-9]+([.][0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
        throw new IllegalArgumentException(address);
      }
      byte[] network = InetAddress.ofLiteral(address).getAddress();
      int prefix = slash < 0 ? network.length * 8 : Integer.parseInt(text.substring(slash + 1));
      if (prefix < 0 || prefix > network.length * 8) {
        throw new NumberFormatException(text);
      }
      return new AddressRange(network, prefix, text);
    } catch (IllegalArgumentException notARange) {
      throw new IllegalArgumentException(
          "'%s' is no address range (expected: like 192.0.2.0/24 or 2001:db8::/32)"
              .formatted(text));
    }
  }

  /** Whether {@code candidate} is in the range; an IPv4 address is in no IPv6 range. */
  public boolean contains(InetAddress candidate) {
    byte[] address = candidate.getAddress();
    if (address.length != network.length) {
      return false;
    }
    int whole = prefix / 8;
    for (int i = 0; i < whole; i++) {
      if (address[i] != network[i]) {
        return false;
      }
    }
    int rest = prefix % 8;
    int mask = 0xff << 8 - rest;
    return rest == 0 || (address[whole] & mask) == (network[whole] & mask);
  }

  @Override
  public String toString() {
    return text;
  }
}
