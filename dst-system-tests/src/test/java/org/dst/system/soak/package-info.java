/**
 * The programs over a longer time, under load and trouble: what they hold must not grow. The work
 * is done by {@code bench/soak}, which runs for half an hour by itself.
 */
package org.dst.system.soak;
