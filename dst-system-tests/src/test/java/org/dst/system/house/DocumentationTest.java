package org.dst.system.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The README and the pages of docs/ name only files, headings and classes that exist. */
@Timeout(30)
class DocumentationTest {
  private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)\\]\\(([^)\\s]+)\\)");

  /** A word of two humps or more, alone or before a member. */
  private static final Pattern CLASS_NAME =
      Pattern.compile("`((?:[A-Z][a-z0-9]+){2,})(?:[.#]\\w+(?:\\(\\))?)?`");

  private static final Pattern TERM = Pattern.compile("(?m)^\\| \\*\\*.*$");

  /** Words of two humps that other projects own. */
  private static final Set<String> NOT_OURS = Set.of("ByteBuf", "ByteBuffer");

  @Test
  void shouldLinkToFilesAndHeadingsThatExist() throws IOException {
    List<String> dead = new ArrayList<>();
    for (Path page : pages()) {
      for (MatchResult link : matches(LINK, Files.readString(page))) {
        String target = link.group(2);
        if (!target.contains("://") && !leadsSomewhere(page, target)) {
          dead.add(page.getFileName() + " -> " + target);
        }
      }
    }
    assertEquals(List.of(), dead);
  }

  @Test
  void shouldNameClassesThatExist() throws IOException {
    Set<String> known =
        Tree.sources().stream().map(DocumentationTest::className).collect(Collectors.toSet());
    TreeSet<String> unknown = new TreeSet<>();
    for (Path page : pages()) {
      for (MatchResult name : matches(CLASS_NAME, Files.readString(page))) {
        if (!known.contains(name.group(1)) && !NOT_OURS.contains(name.group(1))) {
          unknown.add(page.getFileName() + ": " + name.group(1));
        }
      }
    }
    assertEquals(Set.of(), unknown);
  }

  @Test
  void shouldLinkEveryTermOfTheGlossaryToItsClass() throws IOException {
    String glossary = Files.readString(Tree.root().resolve("docs/glossary.md"));
    List<MatchResult> terms = matches(TERM, glossary);
    assertTrue(terms.size() >= 20, () -> terms.size() + " terms");
    for (MatchResult term : terms) {
      List<MatchResult> links = matches(LINK, term.group());
      assertEquals(1, links.size(), term.group());
      String target = links.getFirst().group(2);
      assertEquals(links.getFirst().group(1), "`" + className(Path.of(target)) + "`", term.group());
    }
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(Tree.root().resolve("docs"))) {
      return Stream.concat(Stream.of(Tree.root().resolve("README.md")), docs)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  private static boolean leadsSomewhere(Path page, String target) throws IOException {
    String[] parts = target.split("#", 2);
    Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
    return Files.exists(file)
        && (parts.length == 1 || anchors(Files.readString(file)).contains(parts[1]));
  }

  /** The anchors that GitHub gives to the headings of a page. */
  private static Set<String> anchors(String page) {
    return page.lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w -]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static String className(Path source) {
    return source.getFileName().toString().replaceFirst("\\.java$", "");
  }

  private static List<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }
}
