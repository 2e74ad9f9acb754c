package org.dst.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.UserError;
import org.dst.cli.export.ExportSpec;
import org.dst.server.access.AccessRules;
import org.dst.server.lane.WritePolicy;
import org.dst.server.store.StoreOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** Holds the commands and docs/reference.md to each other. */
@Timeout(30)
class ManualTest {
  private static final Path MANUAL = Path.of("../docs/reference.md");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-z][a-z-]*");
  private static final TreeSet<String> COMMON = options("`--debug` `--quiet` `-h` `--help`");

  @Test
  void shouldDescribeEveryOptionOfEveryCommandAndNoOther() throws IOException {
    String manual = Files.readString(MANUAL);
    for (Map.Entry<String, CommandLine> command : commands().entrySet()) {
      TreeSet<String> real = new TreeSet<>();
      command.getValue().getCommandSpec().optionsMap().keySet().forEach(real::add);
      assertTrue(real.containsAll(COMMON), () -> command.getKey() + " lacks common options");
      real.removeAll(COMMON);
      String section = section(manual, command.getKey());
      TreeSet<String> described = described(section);
      if (section.contains("(#link-options)")) {
        described.addAll(described(section(manual, "Link options")));
      }
      assertEquals(real, described, command.getKey());
    }
  }

  @Test
  void shouldDescribeWhatAllCommandsHave() throws IOException {
    String manual = Files.readString(MANUAL);
    String general = manual.substring(manual.indexOf("\n## Commands"));
    assertEquals(COMMON, described(general.substring(0, general.indexOf("\n### "))));
  }

  @Test
  void shouldDescribeEveryPartOfAnExport() throws IOException {
    String section = section(Files.readString(MANUAL), "dstd export");
    UserError unknown =
        assertThrows(
            UserError.class,
            () ->
                ExportSpec.parse(
                    "d=/x,unknown",
                    new ExportSpec.Defaults(
                        "",
                        false,
                        AccessRules.EVERYBODY,
                        StoreOptions.DEFAULT,
                        WritePolicy.AS_ASKED)));
    String known = unknown.getMessage().replaceAll(".*known are (.*); a comma.*", "$1");
    for (String part : known.split(", ")) {
      assertTrue(section.contains("`" + part), () -> "no `" + part + "` in the manual");
    }
  }

  @Test
  void shouldListEveryExitCode() throws IOException {
    String manual = Files.readString(MANUAL);
    for (ExitCode code : ExitCode.values()) {
      assertTrue(manual.contains("\n| " + code.code() + " | "), () -> "no exit code " + code);
    }
  }

  @Test
  void shouldShowExamplesInTheHelpOfEveryCommandAndNoLongLines() {
    for (Map.Entry<String, CommandLine> command : commands().entrySet()) {
      String help = command.getValue().getUsageMessage();
      assertTrue(help.contains("Examples:\n  " + command.getKey()), help);
      help.lines().forEach(line -> assertTrue(line.length() <= 80, line));
    }
  }

  private static Map<String, CommandLine> commands() {
    Map<String, CommandLine> commands = new TreeMap<>();
    for (Object main : new Object[] {new DstMain(), new DstdMain()}) {
      CommandLine program = new Program(main).line();
      program.setUsageHelpAutoWidth(false);
      program
          .getSubcommands()
          .forEach((name, line) -> commands.put(program.getCommandName() + " " + name, line));
    }
    return commands;
  }

  private static String section(String manual, String command) {
    int start = manual.indexOf("\n### " + command + "\n");
    assertTrue(start >= 0, () -> "no section on " + command);
    return manual.substring(start + 1).split("\n##", 2)[0];
  }

  /** Options in the first column of the section's tables. */
  private static TreeSet<String> described(String section) {
    TreeSet<String> found = new TreeSet<>();
    section
        .lines()
        .filter(line -> line.startsWith("| `-"))
        .forEach(line -> found.addAll(options(line.split("\\|")[1])));
    return found;
  }

  private static TreeSet<String> options(String text) {
    TreeSet<String> found = new TreeSet<>();
    Matcher matcher = OPTION.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }
}
