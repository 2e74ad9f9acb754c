package org.dst.system.durability;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.dst.system.durability.Evidence.Written;

/**
 * Checks a server's replies against its system calls: a durable write may be answered only once all
 * of its bytes were written with RWF_DSYNC, or written and then synced; a flush only once that
 * holds for every write answered before the flush was sent. A call counts only if it returned
 * success before the reply was handed to the kernel, and a sync only if it started after the write
 * had returned.
 */
final class DurabilityChecker {
  private final Evidence evidence;

  /**
   * A request as the client knows it.
   *
   * @param id of its transaction
   * @param offset of a write
   * @param length of a write in bytes; 0 for a flush
   * @param durable whether the write's answer promises that it is durable
   * @param before a flush: the writes that were answered before it was sent
   */
  record Sent(long id, long offset, int length, boolean durable, List<Sent> before) {
    static Sent write(long id, long offset, int length, boolean durable) {
      return new Sent(id, offset, length, durable, List.of());
    }

    static Sent flush(long id, List<Sent> before) {
      return new Sent(id, 0, 0, false, List.copyOf(before));
    }
  }

  DurabilityChecker(Evidence evidence) {
    this.evidence = evidence;
  }

  /** Syncs that succeeded, and writes that were durable by themselves. */
  long proofs() {
    return evidence.syncs().size() + evidence.writes().stream().filter(Written::durable).count();
  }

  /** What was promised too early, in words; empty if nothing was. */
  List<String> violations(List<Sent> all) {
    List<String> violations = new ArrayList<>();
    for (Sent sent : all) {
      Integer reply = evidence.replies().get(sent.id());
      if (reply == null) {
        violations.add("no good answer to transaction %d in the trace".formatted(sent.id()));
      } else if (sent.durable() && !isDurable(sent, reply)) {
        violations.add("%s was answered at line %d before it was durable".formatted(sent, reply));
      } else {
        sent.before().stream()
            .filter(write -> !isDurable(write, reply))
            .map(
                write ->
                    "flush %d was answered at line %d before %s was durable"
                        .formatted(sent.id(), reply, write))
            .forEach(violations::add);
      }
    }
    return violations;
  }

  private boolean isDurable(Sent write, int reply) {
    BitSet bytes = new BitSet(write.length());
    for (Written call : evidence.writes()) {
      long from = Math.max(call.offset(), write.offset()) - write.offset();
      long end = Math.min(call.offset() + call.length(), write.offset() + write.length());
      if (end - write.offset() > from && isDurable(call, reply)) {
        bytes.set((int) from, (int) (end - write.offset()));
      }
    }
    return bytes.cardinality() == write.length();
  }

  private boolean isDurable(Written write, int reply) {
    return write.returned() < reply
        && (write.durable()
            || evidence.syncs().stream()
                .anyMatch(sync -> sync.entered() > write.returned() && sync.returned() < reply));
  }
}
