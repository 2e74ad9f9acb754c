package org.dst.server;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Address ranges that may use an export; an empty list allows everybody. Immutable. */
public final class AllowList {
  /** Allows everybody. */
  public static final AllowList ALL = new AllowList(List.of());

  private final List<Range> ranges;

  private record Range(byte[] network, int prefix, String text) {
    boolean contains(byte[] address) {
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
  }

  private AllowList(List<Range> ranges) {
    this.ranges = ranges;
  }

  /**
   * Reads address ranges.
   *
   * @param texts each an IPv4 or IPv6 address, with or without a prefix length: 192.0.2.0/24
   * @throws IllegalArgumentException if one is something else; the message names it
   */
  public static AllowList parse(List<String> texts) {
    List<Range> ranges = new ArrayList<>();
    for (String text : texts) {
      ranges.add(parse(text));
    }
    return new AllowList(ranges);
  }

  private static Range parse(String text) {
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
      return new Range(network, prefix, text);
    } catch (IllegalArgumentException notARange) {
      throw new IllegalArgumentException(
          "'%s' is no address range (expected: like 192.0.2.0/24 or 2001:db8::/32)"
              .formatted(text));
    }
  }

  /** Whether {@code address} is in one of the ranges. */
  public boolean allows(InetAddress address) {
    byte[] bytes = address.getAddress();
    return ranges.isEmpty() || ranges.stream().anyMatch(range -> range.contains(bytes));
  }

  @Override
  public String toString() {
    return String.join(", ", ranges.stream().map(Range::text).toList());
  }
}
