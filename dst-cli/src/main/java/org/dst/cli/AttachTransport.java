package org.dst.cli;

import org.dst.client.link.Transport;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Transports of {@code dst attach} by name. */
public final class AttachTransport implements ITypeConverter<Transport> {
  @Override
  public Transport convert(String text) {
    return switch (text) {
      case "auto" -> Transport.best();
      case "epoll" -> Transport.EPOLL;
      case "io_uring" -> Transport.IO_URING;
      case "nio" -> Transport.NIO;
      default ->
          throw new TypeConversionException(
              "'%s' is no transport (expected: auto, epoll, io_uring or nio)".formatted(text));
    };
  }
}
