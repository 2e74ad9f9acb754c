package org.dst.system.mutation;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles sources in memory to classes in memory, against this program's own class path. */
final class InMemoryCompiler {
  private InMemoryCompiler() {}

  /** The classes of these sources, by their names. */
  static Map<String, byte[]> compile(Map<String, String> texts) {
    if (texts.isEmpty()) {
      return Map.of();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null);
    Output output = new Output(standard);
    List<Source> sources = new ArrayList<>();
    texts.forEach((source, text) -> sources.add(new Source(Sources.className(source), text)));
    List<String> options =
        List.of(
            "--release=25", "-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path"));
    StringWriter messages = new StringWriter();
    if (!compiler.getTask(messages, output, null, options, null, sources).call()) {
      throw new IllegalStateException("the mutation does not compile: " + messages);
    }
    Map<String, byte[]> classes = new HashMap<>();
    output.classes.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
    return classes;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("memory:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

    Output(JavaFileManager standard) {
      super(standard);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
        @Override
        public OutputStream openOutputStream() {
          return classes.computeIfAbsent(name, any -> new ByteArrayOutputStream());
        }
      };
    }
  }
}
