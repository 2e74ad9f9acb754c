/**
 * The programs over a longer time, under load and faults: their memory and descriptors must not
 * grow. The work is done by {@code bench/soak}, which by itself runs for half an hour.
 */
package org.dst.system.soak;
