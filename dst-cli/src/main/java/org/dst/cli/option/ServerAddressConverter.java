package org.dst.cli.option;

import org.dst.client.link.ServerAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses HOST[:PORT]. */
public final class ServerAddressConverter implements ITypeConverter<ServerAddress> {
  @Override
  public ServerAddress convert(String text) {
    try {
      return ServerAddress.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new TypeConversionException(wrong.getMessage());
    }
  }
}
