package org.dst.system.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * A class loader for the program with a broken rule: it loads all classes of the project anew, the
 * mutated ones from memory, and delegates everything else.
 */
final class Mutant extends ClassLoader {
  private static final String OURS = "org.dst.";

  private final Map<String, byte[]> broken;

  private Mutant(Map<String, byte[]> broken) {
    super(Mutant.class.getClassLoader());
    this.broken = broken;
    setDefaultAssertionStatus(true);
  }

  /** Makes a mutation; without edits, the program as it is. */
  static LongFunction<String> of(Mutation mutation) {
    Map<String, String> texts = new HashMap<>();
    for (Edit edit : mutation.edits()) {
      texts.computeIfAbsent(edit.source(), Sources::read);
      edit.apply(texts);
    }
    try {
      Object probe =
          new Mutant(InMemoryCompiler.compile(texts))
              .loadClass(SeedRunner.class.getName())
              .getDeclaredConstructor()
              .newInstance();
      @SuppressWarnings("unchecked") // it is a SeedRunner, whose class this loader has made another
      LongFunction<String> run = (LongFunction<String>) probe;
      return run;
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] bytes = broken.get(name);
    if (bytes == null) {
      bytes = resource(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  private byte[] resource(String name) throws ClassNotFoundException {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException failed) {
      throw new ClassNotFoundException(name, failed);
    }
  }
}
