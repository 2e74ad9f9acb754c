package org.dst.cli;

import org.dst.server.engine.TransportChoice;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Transports of {@code dstd export} by name. */
public final class ExportTransport implements ITypeConverter<TransportChoice> {
  @Override
  public TransportChoice convert(String text) {
    return switch (text) {
      case "auto" -> TransportChoice.AUTO;
      case "epoll" -> TransportChoice.EPOLL;
      case "io_uring" -> TransportChoice.IO_URING;
      case "nio" -> TransportChoice.NIO;
      default ->
          throw new TypeConversionException(
              "'%s' is no transport (expected: auto, epoll, io_uring or nio)".formatted(text));
    };
  }
}
