package org.dst.client.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.dst.client.device.DeviceInfo;
import org.dst.client.nbd.wire.HeaderFormat;
import org.dst.client.nbd.wire.NbdCommand;
import org.dst.client.nbd.wire.NbdError;
import org.dst.protocol.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NbdRequestValidatorTest {
  private static final int FUA = 1;
  private static final int NO_HOLE = 2;
  private static final int DF = 4;
  private static final int REQ_ONE = 8;
  private static final int FAST_ZERO = 16;
  private static final int PAYLOAD_LEN = 32;

  private DeviceInfo info = MemoryDevice.info(1 << 30, 512, false, MemoryDevice.ALL);
  private HeaderFormat format = HeaderFormat.STRUCTURED;

  /** The error of a request, or null. */
  private NbdError check(NbdCommand command, int flags, long offset, long length) {
    RequestError error =
        NbdRequestValidator.check(info, format, true, command, flags, offset, length);
    return error == null ? null : error.error();
  }

  @Test
  void shouldPassEveryCommandInsideTheExport() {
    for (NbdCommand command : NbdCommand.values()) {
      boolean ranged = command != NbdCommand.FLUSH;
      assertNull(check(command, 0, ranged ? 512 : 0, ranged ? 1024 : 0), command.name());
      assertNull(check(command, FUA, ranged ? 512 : 0, ranged ? 1024 : 0), command.name());
    }
    assertNull(check(NbdCommand.READ, 0, (1 << 30) - 512, 512));
    assertNull(check(NbdCommand.TRIM, 0, 0, 1 << 30));
  }

  @Test
  void shouldRefuseUnknownCommands() {
    assertEquals(NbdError.EINVAL, check(null, 0, 0, 512));
    assertNull(NbdCommand.of(8));
    assertNull(NbdCommand.of(65535));
  }

  @Test
  void shouldRefuseChangesOfAReadOnlyExport() {
    info = MemoryDevice.info(1 << 30, 512, true, MemoryDevice.ALL);
    assertEquals(NbdError.EPERM, check(NbdCommand.WRITE, 0, 0, 512));
    assertEquals(NbdError.EPERM, check(NbdCommand.TRIM, 0, 0, 512));
    assertEquals(NbdError.EPERM, check(NbdCommand.WRITE_ZEROES, 0, 1 << 30, 512));
    assertNull(check(NbdCommand.FLUSH, 0, 0, 0));
    assertNull(check(NbdCommand.READ, 0, 0, 512));
  }

  @Test
  void shouldRefuseEveryFlagThatDoesNotBelongToTheCommand() {
    int[] flags = {FUA, NO_HOLE, DF, REQ_ONE, FAST_ZERO, PAYLOAD_LEN, 1 << 6, 1 << 15};
    for (NbdCommand command : NbdCommand.values()) {
      for (int flag : flags) {
        boolean valid =
            flag == FUA
                || flag == DF && command == NbdCommand.READ
                || flag == REQ_ONE && command == NbdCommand.BLOCK_STATUS
                || (flag == NO_HOLE || flag == FAST_ZERO) && command == NbdCommand.WRITE_ZEROES;
        long length = command == NbdCommand.FLUSH ? 0 : 512;
        NbdError expected = valid ? null : NbdError.EINVAL;
        assertEquals(expected, check(command, flag, 0, length), command + " flag " + flag);
      }
    }
  }

  @Test
  void shouldRefuseFlagsThatWereNotNegotiated() {
    format = HeaderFormat.SIMPLE;
    assertEquals(NbdError.EINVAL, check(NbdCommand.READ, DF, 0, 512));
    info = MemoryDevice.info(1 << 30, 512, false, org.dst.protocol.message.Features.WRITE_ZEROES);
    assertEquals(NbdError.EINVAL, check(NbdCommand.WRITE, FUA, 0, 512));
    assertEquals(NbdError.EINVAL, check(NbdCommand.WRITE_ZEROES, FAST_ZERO, 0, 512));
    assertNull(check(NbdCommand.WRITE_ZEROES, NO_HOLE, 0, 512));
  }

  @Test
  void shouldRefuseCommandsThatTheDeviceDoesNotOffer() {
    info = MemoryDevice.info(1 << 30, 512, false, 0);
    assertEquals(NbdError.EINVAL, check(NbdCommand.FLUSH, 0, 0, 0));
    assertEquals(NbdError.EINVAL, check(NbdCommand.TRIM, 0, 0, 512));
    assertEquals(NbdError.EINVAL, check(NbdCommand.CACHE, 0, 0, 512));
    assertEquals(NbdError.EINVAL, check(NbdCommand.WRITE_ZEROES, 0, 0, 512));
    assertEquals(NbdError.EINVAL, check(NbdCommand.BLOCK_STATUS, 0, 0, 512));
  }

  @Test
  void shouldRefuseBlockStatusWithoutAContext() {
    assertEquals(
        RequestError.NO_META_CONTEXT,
        NbdRequestValidator.check(info, format, false, NbdCommand.BLOCK_STATUS, 0, 0, 512));
  }

  @Test
  void shouldRefuseRangesBeyondTheEndWithTheErrorOfTheCommand() {
    long[][] ranges = {
      {1 << 30, 512},
      {(1 << 30) - 512, 1024},
      {Long.MAX_VALUE & -512, 1024},
      {-512, 512},
      {-512, 1024},
      {Long.MIN_VALUE, 512},
    };
    for (long[] range : ranges) {
      for (NbdCommand command : NbdCommand.values()) {
        if (command == NbdCommand.FLUSH || command == NbdCommand.DISC) {
          continue;
        }
        boolean grows = command == NbdCommand.WRITE || command == NbdCommand.WRITE_ZEROES;
        assertEquals(
            grows ? NbdError.ENOSPC : NbdError.EINVAL,
            check(command, 0, range[0], range[1]),
            command + " at " + range[0]);
      }
    }
    format = HeaderFormat.EXTENDED;
    assertEquals(NbdError.EINVAL, check(NbdCommand.TRIM, 0, 512, -512));
    assertEquals(NbdError.ENOSPC, check(NbdCommand.WRITE_ZEROES, 0, 512, Long.MIN_VALUE));
  }

  @Test
  void shouldRefuseEmptyAndUnalignedRanges() {
    for (NbdCommand command :
        new NbdCommand[] {
          NbdCommand.READ,
          NbdCommand.WRITE,
          NbdCommand.TRIM,
          NbdCommand.CACHE,
          NbdCommand.WRITE_ZEROES,
          NbdCommand.BLOCK_STATUS
        }) {
      assertEquals(NbdError.EINVAL, check(command, 0, 0, 0), command.name());
      assertEquals(NbdError.EINVAL, check(command, 0, 1, 512), command.name());
      assertEquals(NbdError.EINVAL, check(command, 0, 512, 513), command.name());
    }
    assertEquals(NbdError.EINVAL, check(NbdCommand.FLUSH, 0, 512, 0));
    assertEquals(NbdError.EINVAL, check(NbdCommand.FLUSH, 0, 0, 512));
  }

  @Test
  void shouldRefuseReadsAndWritesAboveTheMaximum() {
    long most = 32 << 20;
    assertNull(check(NbdCommand.READ, DF, 0, most));
    assertNull(check(NbdCommand.WRITE, 0, 0, most));
    assertEquals(NbdError.EINVAL, check(NbdCommand.READ, 0, 0, most + 512));
    assertEquals(NbdError.EOVERFLOW, check(NbdCommand.READ, DF, 0, most + 512));
    assertEquals(NbdError.EINVAL, check(NbdCommand.WRITE, 0, 0, most + 512));
    assertNull(check(NbdCommand.WRITE_ZEROES, 0, 0, most + 512));
  }

  @Test
  void shouldWantThePayloadFlagOfExtendedWritesOnly() {
    format = HeaderFormat.EXTENDED;
    assertEquals(NbdError.EINVAL, check(NbdCommand.WRITE, 0, 0, 512));
    assertNull(check(NbdCommand.WRITE, PAYLOAD_LEN, 0, 512));
    assertEquals(NbdError.EINVAL, check(NbdCommand.READ, PAYLOAD_LEN, 0, 512));
    assertNull(check(NbdCommand.BLOCK_STATUS, PAYLOAD_LEN, 0, 12));
    assertEquals(NbdError.EINVAL, check(NbdCommand.BLOCK_STATUS, PAYLOAD_LEN, 0, 8));
    assertEquals(NbdError.EINVAL, check(NbdCommand.BLOCK_STATUS, PAYLOAD_LEN, 0, 16));
  }

  @Test
  void shouldTranslateEveryStatusOfTheDevice() {
    assertNull(NbdError.of(Status.OK, false));
    assertEquals(1, NbdError.of(Status.NOT_PERMITTED, false).code());
    assertEquals(5, NbdError.of(Status.IO_ERROR, false).code());
    assertEquals(28, NbdError.of(Status.NO_SPACE, false).code());
    assertEquals(22, NbdError.of(Status.INVALID, false).code());
    assertEquals(22, NbdError.of(Status.NOT_SUPPORTED, false).code());
    assertEquals(95, NbdError.of(Status.NOT_SUPPORTED, true).code());
    assertEquals(22, NbdError.of(Status.TOO_LARGE, false).code());
    assertEquals(12, NbdError.of(Status.NO_MEMORY, false).code());
    assertEquals(108, NbdError.of(Status.SHUTTING_DOWN, false).code());
    assertEquals(5, NbdError.of(Status.BAD_CHECKSUM, false).code());
  }
}
