package org.dst.cli.export;

import java.util.ArrayList;
import java.util.List;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.TextFormat;
import org.dst.cli.command.UserError;
import org.dst.cli.option.SizeConverter;
import org.dst.protocol.Access;
import org.dst.protocol.Limits;
import org.dst.server.access.AccessRules;
import org.dst.server.export.ExportOptions;
import org.dst.server.lane.WritePolicy;
import org.dst.server.lane.ZeroDetection;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;

/**
 * An export as given on the command line: {@code NAME=PATH[,OPTION...]}, with commas doubled.
 *
 * @param export how it is offered
 * @param location what is opened
 * @param store how it is opened
 */
public record ExportSpec(ExportOptions export, String location, StoreOptions store) {
  private static final String MEMORY = "mem:";

  /** Settings of every export that does not override them. */
  public record Defaults(
      String description,
      boolean readOnly,
      AccessRules rules,
      StoreOptions store,
      WritePolicy policy) {}

  /** Whether the store is memory, which has a new identity after every start. */
  boolean isMemory() {
    return location.startsWith(MEMORY);
  }

  /** A copy with other access rules. */
  ExportSpec with(AccessRules rules) {
    ExportOptions options =
        new ExportOptions(
            export.name(), export.description(), export.access(), rules, export.policy());
    return new ExportSpec(options, location, store);
  }

  /**
   * Parses an export.
   *
   * @throws UserError if a part of it is invalid; the message names it
   */
  public static ExportSpec parse(String text, Defaults defaults) throws UserError {
    int equals = text.indexOf('=');
    if (equals < 1 || equals == text.length() - 1) {
      throw new UserError(
          ExitCode.USAGE,
          "'%s' is not an export (expected: NAME=PATH[,OPTION...])".formatted(text));
    }
    List<String> parts = split(text.substring(equals + 1));
    Reader reader = new Reader(text, defaults);
    for (String option : parts.subList(1, parts.size())) {
      reader.take(option);
    }
    return reader.finish(text.substring(0, equals), parts.getFirst());
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != ',') {
        part.append(c);
      } else if (i + 1 < text.length() && text.charAt(i + 1) == ',') {
        part.append(c);
        i++;
      } else {
        parts.add(part.toString());
        part.setLength(0);
      }
    }
    parts.add(part.toString());
    return parts;
  }

  private static final class Reader {
    private final String text;
    private String description;
    private boolean readOnly;
    private boolean shared;
    private final AccessRules usual;
    private final List<String> rules = new ArrayList<>();
    private StoreOptions store;
    private long createSize;
    private boolean preallocate;
    private WritePolicy policy;

    Reader(String text, Defaults defaults) {
      this.text = text;
      description = defaults.description();
      readOnly = defaults.readOnly();
      usual = defaults.rules();
      store = defaults.store();
      policy = defaults.policy();
    }

    void take(String option) throws UserError {
      int equals = option.indexOf('=');
      String key = equals < 0 ? option : option.substring(0, equals);
      String value = equals < 0 ? "" : option.substring(equals + 1);
      try {
        switch (key) {
          case "ro", "read-only" -> readOnly = flag(option, equals);
          case "rw", "read-write" -> readOnly = !flag(option, equals);
          case "shared" -> shared = flag(option, equals);
          case "description" -> description = value;
          case "allow" -> rules.add(value);
          case "min-block" -> store = store.withMinBlock(blockSize(value));
          case "preferred-block" -> store = store.withPreferredBlock(blockSize(value));
          case "size-limit" -> store = store.withSizeLimit(size(value));
          case "create" -> createSize = size(value);
          case "preallocate" -> preallocate = flag(option, equals);
          case "sync" -> policy = flag(option, equals) ? policy.withWriteThrough() : policy;
          case "detect-zeroes" ->
              policy = new WritePolicy(policy.writeThrough(), zeroDetection(value));
          case "direct" -> store = flag(option, equals) ? store.asDirect() : store;
          default ->
              throw new IllegalArgumentException(
                  ("unknown option '%s'; known are read-only, read-write, shared, description=,"
                       + " allow=, min-block=, preferred-block=, size-limit=, create=, preallocate,"
                       + " direct, sync, detect-zeroes=; a comma in a value is doubled")
                      .formatted(key));
        }
      } catch (IllegalArgumentException wrong) {
        throw new UserError(ExitCode.USAGE, "export '%s': %s".formatted(text, wrong.getMessage()));
      }
    }

    private static boolean flag(String option, int equals) {
      if (equals >= 0) {
        throw new IllegalArgumentException("'%s' takes no value".formatted(option));
      }
      return true;
    }

    private static ZeroDetection zeroDetection(String value) {
      return switch (value) {
        case "off" -> ZeroDetection.OFF;
        case "on" -> ZeroDetection.ON;
        case "unmap" -> ZeroDetection.UNMAP;
        default ->
            throw new IllegalArgumentException(
                "detect-zeroes '%s' (expected: off, on or unmap)".formatted(value));
      };
    }

    private static int blockSize(String value) {
      return (int) Math.min(size(value), Integer.MAX_VALUE);
    }

    private static long size(String value) {
      try {
        return new SizeConverter().convert(value);
      } catch (picocli.CommandLine.TypeConversionException notASize) {
        throw new IllegalArgumentException(notASize.getMessage());
      }
    }

    ExportSpec finish(String name, String location) throws UserError {
      TextFormat.require("export name", name, Limits.MAX_NAME);
      TextFormat.require("description", description, Limits.MAX_TEXT);
      try {
        StoreOptions opened = readOnly ? store.asReadOnly() : store;
        opened = createSize == 0 ? opened : opened.withCreateSize(createSize);
        opened = preallocate ? opened.preallocated() : opened;
        if (location.startsWith(MEMORY)) {
          checkMemory(location);
        }
        AccessRules allow = rules.isEmpty() ? usual : AccessRules.parse(rules);
        Access access = readOnly ? Access.READ_ONLY : shared ? Access.SHARED : Access.READ_WRITE;
        return new ExportSpec(
            new ExportOptions(name, description, access, allow, policy), location, opened);
      } catch (IllegalArgumentException wrong) {
        throw new UserError(ExitCode.USAGE, "export '%s': %s".formatted(text, wrong.getMessage()));
      }
    }

    private void checkMemory(String location) {
      if (createSize != 0) {
        throw new IllegalArgumentException("create= is for files; memory is always new");
      }
      if (store.direct()) {
        throw new IllegalArgumentException(
            "direct is for files and devices; memory has no page cache");
      }
      Stores.memorySize(location);
    }
  }
}
