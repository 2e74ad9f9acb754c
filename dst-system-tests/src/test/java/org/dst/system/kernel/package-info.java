/**
 * File systems and a RAID on {@code /dev/nbd0} of a real Linux kernel, in a small virtual machine
 * that is made of Debian's packages by {@code dst-system-tests/kernel/build-guest}. {@code dst
 * attach} runs inside of it, {@code dstd} outside; the tests' threads give scripts to the {@link
 * org.dst.system.kernel.Guest} and break things meanwhile.
 */
package org.dst.system.kernel;
