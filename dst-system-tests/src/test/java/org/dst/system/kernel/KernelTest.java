package org.dst.system.kernel;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.dst.system.harness.Full;
import org.junit.jupiter.api.Tag;

/**
 * A test that boots guests. Two such classes run in parallel, each on its own thread, and share
 * only the image that the guests boot from.
 */
@Full
@Tag("kernel")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface KernelTest {}
