package org.dst.system.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.server.engine.IoRequest;
import org.dst.server.engine.SimEngine;
import org.dst.server.engine.WriteVerifier;

/**
 * Guards the store of one server process: nothing from a link or lease that has a successor may
 * still act, and no write may act twice under one verifier, except through a replay.
 */
final class FenceChecker implements SimEngine.Observer {
  private final Map<Lane, Long> generations = new HashMap<>();
  private final Map<IoRequest, Origin> running = new IdentityHashMap<>();
  private final Set<Execution> executions = new HashSet<>();
  private final Set<Long> repeated;
  private final WriteVerifier writeVerifier;
  private long epoch;

  private record Lane(UUID session, int number) {}

  /** A link as it was admitted. */
  private record Origin(Lane lane, long generation, long epoch, UUID verifier) {}

  private record Execution(UUID session, UUID verifier, long offset, long value) {}

  /**
   * A watch for one life.
   *
   * @param repeated values that a replay may have sent
   * @param writeVerifier of the store
   */
  FenceChecker(Set<Long> repeated, WriteVerifier writeVerifier) {
    this.repeated = repeated;
    this.writeVerifier = writeVerifier;
  }

  /** A link is admitted. */
  void admitted(Attach attach, Attached answer) {
    Lane lane = new Lane(attach.session(), attach.lane());
    long newest = generations.getOrDefault(lane, 0L);
    if (attach.generation() < newest) {
      throw new Violation(
          "FENCED",
          "a link of generation %d is admitted after one of %d"
              .formatted(attach.generation(), newest));
    }
    if (answer.leaseEpoch() < epoch) {
      throw new Violation(
          "FENCED",
          "a link of lease %d is admitted after one of %d".formatted(answer.leaseEpoch(), epoch));
    }
    generations.put(lane, attach.generation());
    epoch = answer.leaseEpoch();
  }

  /** A link hands a request to the engine. */
  void submitted(IoRequest request, Attach attach, Attached answer) {
    Lane lane = new Lane(attach.session(), attach.lane());
    running.put(
        request, new Origin(lane, attach.generation(), answer.leaseEpoch(), answer.verifier()));
  }

  @Override
  public void acts(IoRequest request) {
    Origin origin = running.get(request);
    if (!request.opcode().isChange()) {
      return;
    }
    if (origin.generation < generations.get(origin.lane)) {
      throw new Violation(
          "FENCED",
          "%s at %d of a link of generation %d reaches the store after generation %d was admitted"
              .formatted(
                  request.opcode(),
                  request.offset(),
                  origin.generation,
                  generations.get(origin.lane)));
    }
    if (origin.epoch < epoch) {
      throw new Violation(
          "FENCED",
          "%s at %d of lease %d reaches the store after lease %d was admitted"
              .formatted(request.opcode(), request.offset(), origin.epoch, epoch));
    }
  }

  @Override
  public void acted(IoRequest request, Status status) {
    Origin origin = running.remove(request);
    if (request.opcode() != Opcode.WRITE
        || status != Status.OK
        || !writeVerifier.verifier().equals(origin.verifier)) {
      return; // under another verifier nothing counts any more, and everything is done again
    }
    long value = request.data().getLong(request.data().readerIndex());
    Execution execution =
        new Execution(origin.lane.session, origin.verifier, request.offset(), value);
    if (!repeated.contains(value) && !executions.add(execution)) {
      throw new Violation(
          "ONCE", "the write of %x at %d acts twice".formatted(value, request.offset()));
    }
  }
}
