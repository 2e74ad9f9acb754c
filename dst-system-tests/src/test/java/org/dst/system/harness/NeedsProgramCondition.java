package org.dst.system.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Checks that the programs named by {@link NeedsProgram} are installed. */
final class NeedsProgramCondition implements ExecutionCondition {
  private static final Map<String, String> DEBIAN_PACKAGES =
      Map.of(
          "nbdinfo", "libnbd-bin",
          "nbdcopy", "libnbd-bin",
          "nbdsh", "python3-libnbd",
          "qemu-img", "qemu-utils",
          "qemu-io", "qemu-utils");

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), NeedsProgram.class).stream()
        .flatMap(needs -> Stream.of(needs.value()))
        .filter(program -> find(program).isEmpty())
        .findFirst()
        .map(NeedsProgramCondition::missing)
        .orElseGet(() -> ConditionEvaluationResult.enabled("every program is there"));
  }

  private static ConditionEvaluationResult missing(String program) {
    String debianPackage = DEBIAN_PACKAGES.getOrDefault(program, program);
    return ConditionEvaluationResult.disabled(
        "%s is not installed (Debian package %s)".formatted(program, debianPackage));
  }

  /** The file of a program, if it is installed. */
  static Optional<Path> find(String program) {
    return Stream.of(Command.PATH.split(":"))
        .map(directory -> Path.of(directory).resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
