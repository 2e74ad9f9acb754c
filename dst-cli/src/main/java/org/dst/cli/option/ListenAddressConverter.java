package org.dst.cli.option;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses [HOST]:PORT, an address to listen on; no host means every address, port 0 a free port. */
public final class ListenAddressConverter implements ITypeConverter<InetSocketAddress> {
  @Override
  public InetSocketAddress convert(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new TypeConversionException("'%s' (expected: [HOST]:PORT)".formatted(text));
    }
    int port = port(text, text.substring(colon + 1));
    String host = text.substring(0, colon);
    if (host.isEmpty()) {
      return new InetSocketAddress(port);
    }
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new TypeConversionException("'%s': host '%s' is not known".formatted(text, host));
    }
    return address;
  }

  private static int port(String text, String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException notANumber) {
      // reported below
    }
    throw new TypeConversionException(
        "'%s': port '%s' (expected: 0 to 65535)".formatted(text, digits));
  }

  /** Formats an address; {@code *} stands for every address. */
  public static String show(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    if (address.getAddress().isAnyLocalAddress()) {
      host = "*";
    }
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
