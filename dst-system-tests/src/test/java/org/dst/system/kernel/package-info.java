/**
 * File systems and RAID on {@code /dev/nbd0} of a real Linux kernel, in a small virtual machine
 * built from Debian packages by {@code dst-system-tests/kernel/build-guest}. {@code dst attach}
 * runs inside the guest, {@code dstd} outside; the test threads send scripts to the {@link
 * org.dst.system.kernel.Guest} and inject faults meanwhile.
 */
package org.dst.system.kernel;
