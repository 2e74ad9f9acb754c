package org.dst.system.mutation;

import java.util.List;
import java.util.Set;

/** Mutations of the client's lane: transactions and their resends. */
final class ClientMutations {
  private static final String FLOW = "client/lane/TransactionFlow";
  private static final String RESENDS = "client/lane/ResendScheduler";
  private static final String PINNED = "client/lane/PinnedExport";
  private static final String GATE = "client/lane/OverlapGate";
  private static final String SPLIT = "client/session/SplitRequest";

  static final List<Mutation> LIST =
      List.of(
          Mutation.of(
              "a resend on a new link has a new id",
              Catchers.DATA,
              RESENDS,
              "for (Transaction transaction : table.inOrder()) {",
              "for (Transaction transaction : table.inOrder()) {"
                  + " table.leave(transaction); table.enter(transaction);"),
          Mutation.of(
              "the link is kept after a change has failed",
              Catchers.PROGRESS,
              FLOW,
              "actions.endLink(\"a change failed while a copy of it may still be in flight\");",
              ""),
          Mutation.of(
              "a transaction that failed is reported as done",
              Catchers.DATA,
              FLOW,
              "finish(transaction, Status.IO_ERROR, null); } /** Keeps",
              "finish(transaction, transaction.opcode() == org.dst.protocol.Opcode.READ ?"
                  + " Status.IO_ERROR : Status.OK, null); } /** Keeps"),
          Mutation.of(
              "unacknowledged requests are not sent again on a new link",
              Catchers.PROGRESS,
              RESENDS,
              "{ counters.count(ClientCounter.RESENDS);",
              "{ if (true) { return; }"),
          Mutation.of(
              "the client does not order overlapping changes",
              Catchers.DATA,
              GATE,
              "if (transaction.overlaps(other.offset(), other.count())) {",
              "if (false) {"),
          Mutation.of(
              "the client ignores the checksums of replies",
              Catchers.INTACT,
              FLOW,
              "(!intact || status",
              "(status"),
          Mutation.of(
              "a change that was split forgets the failure of a part",
              Catchers.DATA,
              SPLIT,
              "if (partStatus != Status.OK && status == Status.OK) {",
              "if (gathers && partStatus != Status.OK && status == Status.OK) {"),
          Mutation.of(
              "a request that was split answers while a part is running",
              Set.of("ACKED", "ONCE"),
              SPLIT,
              "planning = false; if (running == 0) { answer(); } } /**",
              "planning = false; if (running == 0 || status != Status.OK) { answer(); } } /**"),
          Mutation.of(
              "a flush goes to one lane only",
              Catchers.DURABLE,
              "client/session/Session",
              "request.opcode() == Opcode.FLUSH && lanes.length > 1",
              "false"),
          Mutation.of(
              "a store that has shrunk is accepted",
              Catchers.PROGRESS,
              PINNED,
              "answer.size() < size && !answer.isResized()",
              "false"));

  private ClientMutations() {}
}
