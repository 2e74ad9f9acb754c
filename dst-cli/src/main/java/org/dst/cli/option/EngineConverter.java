package org.dst.cli.option;

import org.dst.server.engine.EngineChoice;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses the argument of {@code --engine}. */
public final class EngineConverter implements ITypeConverter<EngineChoice> {
  @Override
  public EngineChoice convert(String text) {
    return switch (text) {
      case "auto" -> EngineChoice.AUTO;
      case "uring" -> EngineChoice.URING;
      case "threads" -> EngineChoice.THREADS;
      default ->
          throw new TypeConversionException(
              "'%s' is not an engine (expected: auto, uring or threads)".formatted(text));
    };
  }
}
