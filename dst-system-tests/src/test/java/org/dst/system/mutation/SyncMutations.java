package org.dst.system.mutation;

import java.util.List;

/** Mutations of syncs, sync failures and the verifier. */
final class SyncMutations {
  private static final String LANE = "server/lane/ServerLane";
  private static final String REPLIES = "server/lane/ReplyPolicy";
  private static final String GATE = "server/engine/SyncGate";
  private static final String OPERATION = "server/engine/RequestExecutor";
  private static final String TELLS =
      "return sameLifetime || status != Status.OK && store.writeVerifier().surfaces();";

  static final List<Mutation> LIST =
      List.of(
          Mutation.of(
              "a flush is answered without a sync",
              Catchers.DURABLE,
              LANE,
              "window.started(id);",
              "if (header.opcode() == org.dst.protocol.Opcode.FLUSH) { window.done(id, Status.OK);"
                  + " actions.reply(id, Status.OK, null); return false; } window.started(id);"),
          Mutation.of(
              "a durable write is not written durably",
              Catchers.DURABLE,
              OPERATION,
              "store.write(offset, data, RequestFlags.durable(flags));",
              "store.write(offset, data, false);"),
          Mutation.of(
              "a durable change that is no write is not synced",
              Catchers.DURABLE,
              OPERATION,
              "return opcode.isChange() && opcode != Opcode.WRITE && RequestFlags.durable(flags);",
              "return false;"),
          Mutation.of(
              "a failed sync is swallowed",
              Catchers.DURABLE,
              "server/engine/SimEngine",
              "Status status = attempt(() -> handle.store().sync());",
              "attempt(() -> handle.store().sync()); Status status = Status.OK;"),
          Mutation.of(
              "a failed durable write does not count as a failed sync",
              Catchers.DURABLE,
              OPERATION,
              "case IO_ERROR, NO_SPACE, NO_MEMORY -> true;",
              "case IO_ERROR, NO_SPACE, NO_MEMORY -> false;"),
          Mutation.of(
              "the verifier stays after a failed sync",
              Catchers.DURABLE,
              "server/engine/WriteVerifier",
              "failures++; verifier = fresh.get();",
              "failures++;"),
          Mutation.of(
              "a sync's success is told although the verifier has changed",
              Catchers.DURABLE,
              REPLIES,
              TELLS,
              "return status == Status.OK || sameLifetime || store.writeVerifier().surfaces();"),
          Mutation.of(
              "links are kept after a failed sync",
              Catchers.PROGRESS,
              "server/session/LinkFencing",
              "slot.link.fence(\"a sync of the store failed\", () -> {});",
              ""),
          Mutation.of(
              "what was read under an older verifier is told",
              Catchers.DURABLE,
              REPLIES,
              "return sameLifetime || request.opcode().isChange();",
              "return true;"),
          Mutation.of(
              "a second sync begins while one is running",
              Catchers.DURABLE,
              GATE,
              "boolean nobodyCarries = !carried;",
              "boolean nobodyCarries = true;"),
          Mutation.of(
                  "a flush joins a sync that is running",
                  Catchers.DURABLE,
                  GATE,
                  "IoRequest joined = first; first = null; last = null; return joined;",
                  "return first;")
              .and(
                  GATE,
                  "carried = first != null; return first;",
                  "carried = false; first = null; last = null; return null;"));

  private SyncMutations() {}
}
