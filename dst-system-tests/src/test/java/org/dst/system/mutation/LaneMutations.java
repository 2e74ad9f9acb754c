package org.dst.system.mutation;

import java.util.List;

/** Mutations of the server's lane: execution, exactly-once, and replies. */
final class LaneMutations {
  private static final String LANE = "server/lane/ServerLane";
  private static final String WINDOW = "server/lane/ReplayWindow";

  static final List<Mutation> LIST =
      List.of(
          Mutation.of(
              "no replay window",
              Catchers.ONCE,
              WINDOW,
              "case DONE -> Verdict.DONE;",
              "case DONE -> Verdict.FRESH;"),
          Mutation.of(
              "a resend whose first copy is running is started again",
              Catchers.ONCE,
              WINDOW,
              "case RUNNING -> Verdict.RUNNING;",
              "case RUNNING -> Verdict.FRESH;"),
          Mutation.of(
              "the window ignores the watermark",
              Catchers.DATA,
              WINDOW,
              "states[slot(id)] = ABSENT; } } watermark = to;",
              "} } watermark = to;"),
          Mutation.of(
              "a watermark may go back",
              Catchers.DATA,
              WINDOW,
              "if (watermark < this.watermark) {",
              "if (false) {"),
          Mutation.of(
              "a refusal is remembered like an execution",
              Catchers.PROGRESS,
              LANE,
              "if (refusal != Status.OK) {",
              "if (refusal != Status.OK) { window.done(id, refusal);"),
          Mutation.of(
              "the server ignores the checksums of requests",
              Catchers.INTACT,
              LANE,
              "intact ? validator",
              "true ? validator"),
          Mutation.of(
              "a failed write is answered with success",
              Catchers.DATA,
              LANE,
              "actions.reply(request.id(), status, result(request, status));",
              "actions.reply(request.id(), request.opcode().isChange() ? Status.OK : status,"
                  + " result(request, status));"),
          Mutation.of(
                  "a fence is answered before running I/O has ended",
                  Catchers.FENCED,
                  LANE,
                  "whenIdle != null && limits.isIdle() && waiting.isEmpty()",
                  "whenIdle != null")
              .and(LANE, "assert actions == null && limits.isIdle();", ""),
          Mutation.of(
                  "what had not started is executed after fencing",
                  Catchers.FENCED,
                  LANE,
                  "scratch.addAll(waiting); waiting.clear();",
                  "")
              .and(LANE, "limits.isIdle() && waiting.isEmpty()", "limits.isIdle()")
              .and(LANE, "verifier = told; }", "verifier = told; } startWaiting();"));

  private LaneMutations() {}
}
