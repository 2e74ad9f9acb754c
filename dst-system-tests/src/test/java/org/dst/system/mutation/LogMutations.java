package org.dst.system.mutation;

import java.util.List;

/** Mutations of the unflushed-write log, its replay, and what outlives the client. */
final class LogMutations {
  private static final String FLOW = "client/lane/TransactionFlow";
  private static final String RESENDS = "client/lane/ResendScheduler";
  private static final String REPLAYER = "client/lane/Replayer";
  private static final String DURABILITY = "client/lane/Durability";
  private static final String LOG = "client/lane/UnflushedLog";

  static final List<Mutation> LIST =
      List.of(
          Mutation.of(
                  "the log is cut at the flush's last resend instead of its first send",
                  Catchers.DURABLE,
                  RESENDS,
                  "{ counters.count(ClientCounter.RESENDS);",
                  "{ if (transaction.opcode() == org.dst.protocol.Opcode.FLUSH) { transaction.stamp"
                      + " = unflushed.stamp(); } counters.count(ClientCounter.RESENDS);")
              .and(
                  RESENDS,
                  "private final DeadlineQueue deadlines",
                  "UnflushedLog unflushed; private final DeadlineQueue deadlines")
              .and(FLOW, "replayer = new", "resends.unflushed = unflushed; replayer = new"),
          Mutation.of(
              "the log is cut at the flush's acknowledgement",
              Catchers.DURABLE,
              DURABILITY,
              "unflushed.flushed(transaction.stamp);",
              "unflushed.flushed(unflushed.stamp());"),
          Mutation.of(
              "a durable write does not cut the log",
              Catchers.DATA,
              DURABILITY,
              "unflushed.cut(transaction.offset(), transaction.count());",
              ""),
          Mutation.of(
              "a newer change does not cut an older one out of the log",
              Catchers.DATA,
              LOG,
              "cut(offset, count); put(",
              "put("),
          Mutation.of(
              "changes are not logged",
              Catchers.DATA,
              DURABILITY,
              "unflushed.acknowledged(",
              "if (false) unflushed.acknowledged("),
          Mutation.of(
              "no replay",
              Catchers.DATA,
              REPLAYER,
              "start(answer.verifier(), lost);",
              "start(answer.verifier(), List.of());"),
          Mutation.of(
              "new writes overtake the replay",
              Catchers.DATA,
              FLOW,
              "while (state == State.UP && !unsent.isEmpty()",
              "while ((state == State.UP || state == State.REPLAYING) && !unsent.isEmpty()"),
          Mutation.of(
              "the verifier is recorded before the replay is complete",
              Catchers.DATA,
              REPLAYER,
              "replay.start(current, entries, exportSize);",
              "durability.adopt(current); replay.start(current, entries, exportSize);"),
          Mutation.of(
              "a replay that failed counts as done",
              Catchers.DATA,
              REPLAYER,
              "unflushed.replayed(entry, status == Status.OK);",
              "unflushed.replayed(entry, true);"),
          Mutation.of(
              "a range that could not be replayed is read",
              Catchers.DATA,
              FLOW,
              "policy.readsStuck(next)",
              "false"),
          Mutation.of(
              "a flush succeeds although a change could not be replayed",
              Catchers.DATA,
              FLOW,
              "if (policy.mustRetryStuck(next)) {",
              "if (false) {"),
          Mutation.of(
              "the marker says clean too early",
              Catchers.DATA,
              DURABILITY,
              "marker.unflushed(true);",
              ""),
          Mutation.of(
              "the marker names a verifier under which not all could be replayed",
              Catchers.DATA,
              DURABILITY,
              "!unflushed.hasStuck() && !verifier.equals(keptVerifier)",
              "!verifier.equals(keptVerifier)"),
          Mutation.of(
              "a successor does not look at the state file",
              Catchers.DATA,
              "system/sim/SimClient",
              "predecessor != null && (sameCache || endedClean || !predecessor.unflushed())",
              "predecessor != null"));

  private LogMutations() {}
}
