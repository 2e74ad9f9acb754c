package org.dst.system.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FormattingTest {
  private final Formatter formatter = new Formatter();

  @Test
  void shouldFindEverySourceFormatted() throws IOException {
    List<Path> sources = Tree.sources();
    assertTrue(sources.size() > 30, "only %d sources found".formatted(sources.size()));
    List<String> unformatted = new ArrayList<>();
    for (Path source : sources) {
      String text = Files.readString(source);
      if (!text.equals(format(source, text))) {
        unformatted.add(Tree.root().relativize(source).toString());
      }
    }
    assertEquals(List.of(), unformatted, "not formatted; run bin/format");
  }

  /** The same steps as {@code bin/format}. */
  private String format(Path source, String text) {
    try {
      String used = RemoveUnusedImports.removeUnusedImports(text);
      String ordered = ImportOrderer.reorderImports(used, JavaFormatterOptions.Style.GOOGLE);
      return StringWrapper.wrap(formatter.formatSource(ordered), formatter);
    } catch (FormatterException unreadable) {
      throw new AssertionError(source + " is not to be read: " + unreadable.getMessage());
    }
  }
}
