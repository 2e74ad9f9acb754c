package org.dst.cli.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.dst.cli.command.CommonOptions;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.TextFormat;
import org.dst.cli.command.UserError;
import org.dst.cli.option.ServerAddressConverter;
import org.dst.cli.option.SizeConverter;
import org.dst.cli.security.ClientSecurityOptions;
import org.dst.client.control.ExportList;
import org.dst.client.link.Dialer;
import org.dst.client.link.ServerAddress;
import org.dst.protocol.message.Listing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dst list}: lists the exports that a server offers to this client. */
@Command(
    name = "list",
    sortOptions = false,
    description = "Lists the exports that a server offers to this client.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dst list storage --key-file disk.key",
      "  dst list 127.0.0.1 --json | jq '.[].name'"
    })
public final class ListCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  @Parameters(
      paramLabel = "HOST[:PORT]",
      converter = ServerAddressConverter.class,
      description = "the server (default port: 7777)")
  private ServerAddress server;

  @Mixin private ClientSecurityOptions security;

  @Option(names = "--json", description = "print a JSON array instead of a table")
  private boolean json;

  @Mixin private CommonOptions common;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() throws UserError, InterruptedException {
    Dialer dialer = ServerQueries.dialer(security.checked());
    List<Listing.Entry> entries =
        ServerQueries.await(ExportList.ask(dialer, server, ServerQueries.loop()), server);
    if (json) {
      printJson(entries, System.out);
    } else {
      printTable(entries, System.out);
    }
    System.out.flush();
    return ExitCode.OK.code();
  }

  private static String access(Listing.Entry entry) {
    return entry.access().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void printTable(List<Listing.Entry> entries, PrintStream out) {
    if (entries.isEmpty()) {
      System.err.println("dst: the server offers no exports to this client");
    }
    int width = entries.stream().mapToInt(entry -> entry.name().length()).max().orElse(4);
    String row = "%-" + Math.max(4, width) + "s  %10s  %-10s  %s";
    out.println(row.formatted("NAME", "SIZE", "ACCESS", "DESCRIPTION").stripTrailing());
    for (Listing.Entry entry : entries) {
      out.println(
          TextFormat.oneLine(
              row.formatted(
                      entry.name(),
                      SizeConverter.show(entry.size()),
                      access(entry),
                      entry.description())
                  .stripTrailing()));
    }
  }

  private static void printJson(List<Listing.Entry> entries, PrintStream out) {
    try (JsonGenerator generator = new JsonFactory().createGenerator(out)) {
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      generator.writeStartArray();
      for (Listing.Entry entry : entries) {
        generator.writeStartObject();
        generator.writeStringField("name", entry.name());
        generator.writeNumberField("size", entry.size());
        generator.writeStringField("access", access(entry));
        generator.writeStringField("description", entry.description());
        generator.writeEndObject();
      }
      generator.writeEndArray();
      generator.writeRaw('\n');
    } catch (IOException cannotPrint) {
      throw new UncheckedIOException(cannotPrint);
    }
  }
}
