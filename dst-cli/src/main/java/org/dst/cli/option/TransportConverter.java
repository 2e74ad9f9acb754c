package org.dst.cli.option;

import org.dst.platform.loop.TransportChoice;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses the argument of {@code --transport}. */
public final class TransportConverter implements ITypeConverter<TransportChoice> {
  @Override
  public TransportChoice convert(String text) {
    return switch (text) {
      case "auto" -> TransportChoice.AUTO;
      case "epoll" -> TransportChoice.EPOLL;
      case "io_uring" -> TransportChoice.IO_URING;
      case "nio" -> TransportChoice.NIO;
      default ->
          throw new TypeConversionException(
              "'%s' is not a transport (expected: auto, epoll, io_uring or nio)".formatted(text));
    };
  }
}
