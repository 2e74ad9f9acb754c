package org.dst.cli.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class JsonTest {
  @Test
  void shouldReadWhatItHasWritten() throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("text", "a \"quoted\"\nline \u001b ä");
    object.put("number", Long.MAX_VALUE);
    object.put("none", null);
    object.put("truth", true);
    object.put("list", Arrays.asList("x", 1L, null, Map.of("inner", List.of())));
    object.put("object", Map.of());
    String text = Json.write(object);
    assertEquals(1, text.lines().count(), "a line");
    assertEquals(object, Json.read(text));
  }

  @Test
  void shouldKeepTheOrderOfFieldsAndWriteOtherThingsAsText() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("z", 1);
    object.put("a", Thread.State.NEW);
    assertEquals("{\"z\":1,\"a\":\"NEW\"}", Json.write(object));
  }

  @Test
  void shouldRefuseWhatIsNoObject() {
    assertThrows(IOException.class, () -> Json.read(""));
    assertThrows(IOException.class, () -> Json.read("[]"));
    assertThrows(IOException.class, () -> Json.read("{\"a\":"));
    assertThrows(IOException.class, () -> Json.read("HTTP/1.1 400"));
  }
}
