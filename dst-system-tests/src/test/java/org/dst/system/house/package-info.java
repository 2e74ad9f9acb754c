/**
 * The rules of the code base as tests: how sources are formatted, which module may depend on which,
 * and how the launchers behave. They read the source tree and the compiled classes, and start no
 * program but the launchers.
 */
package org.dst.system.house;
