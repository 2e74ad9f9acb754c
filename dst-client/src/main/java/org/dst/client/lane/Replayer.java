package org.dst.client.lane;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;
import org.dst.protocol.Status;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attached;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays the log of unflushed writes when the server may have lost its volatile cache, and again
 * for the entries whose replay failed. Owned by {@link TransactionFlow}, which sends nothing else
 * while a replay runs.
 */
final class Replayer {
  private static final Logger log = LoggerFactory.getLogger(Replayer.class);

  private final UnflushedLog unflushed;
  private final Durability durability;
  private final TransactionTable table;
  private final ResendScheduler resends;
  private final ClientLaneActions actions;
  private final Counters<ClientCounter> counters;
  private final ReplayProgress replay = new ReplayProgress();
  private long exportSize;

  /** No replay is running. */
  Replayer(
      UnflushedLog unflushed,
      Durability durability,
      TransactionTable table,
      ResendScheduler resends,
      ClientLaneActions actions,
      Counters<ClientCounter> counters) {
    this.unflushed = unflushed;
    this.durability = durability;
    this.table = table;
    this.resends = resends;
    this.actions = actions;
    this.counters = counters;
  }

  /** The server has come back with another verifier: replays all that it may have lost. */
  void serverRestarted(Attached answer) {
    if (durability.isCoveredBy(answer.cleanPredecessor())) {
      counters.count(ClientCounter.CLEAN_RESTARTS);
      log.info("server restarted cleanly, no write was lost");
      durability.endedClean();
    }
    List<UnflushedLog.Entry> lost = unflushed.entries();
    if (!lost.isEmpty()) {
      log.warn(
          "server lost its volatile cache; replaying {} unflushed changes ({} bytes)",
          lost.size(),
          unflushed.bytes());
    }
    start(answer.verifier(), lost);
  }

  /** Replays once more what could not be replayed before. */
  void retryStuck() {
    start(durability.verifier(), unflushed.stuckEntries());
  }

  private void start(UUID current, List<UnflushedLog.Entry> entries) {
    replay.start(current, entries, exportSize);
    if (!entries.isEmpty()) {
      counters.count(ClientCounter.REPLAYS);
    }
  }

  /**
   * The export has another size. Changes beyond the end of a smaller one went with that part of the
   * export and could not be replayed; those in flight now are refused by the server, and cut when
   * their replies arrive.
   *
   * @param running whether a replay is running
   */
  void resized(long size, boolean running) {
    exportSize = size;
    if (running) {
      replay.resized(size, unflushed);
    } else {
      discardBeyond(size);
    }
  }

  private void discardBeyond(long end) {
    long before = unflushed.bytes();
    unflushed.cut(end, Long.MAX_VALUE - end);
    if (unflushed.bytes() < before) {
      log.warn(
          "export shrank to {} bytes; discarded {} bytes of unflushed writes beyond its new end",
          end,
          before - unflushed.bytes());
    }
  }

  /**
   * Sends as much of the replay as link and limits allow.
   *
   * @return whether the replay is complete
   */
  boolean sendWaiting(Attached limits, long nowNanos) {
    while (replay.hasNext()
        && actions.canSend()
        && table.hasRoomFor(replay.nextWeight(), limits.window(), limits.maxInFlight())) {
      send(replay.next(actions.blank()), nowNanos);
    }
    if (!replay.isComplete()) {
      return false;
    }
    discardBeyond(replay.end());
    durability.adopt(replay.verifier());
    return true;
  }

  private void send(Transaction copy, long nowNanos) {
    resends.start(copy, nowNanos);
    table.enter(copy);
    ByteBuf payload = copy.payload();
    counters.count(ClientCounter.REPLAYED_WRITES);
    counters.add(ClientCounter.REPLAYED_BYTES, payload == null ? 0 : copy.count());
    actions.send(copy, table.watermark());
  }

  /** The server has answered a replayed change. */
  void acknowledged(Transaction copy, Status status) {
    UnflushedLog.Entry entry = copy.replayed;
    boolean cut = entry.end() > replay.end(); // the export shrank since the replay began
    if (status != Status.OK && !cut) {
      counters.count(ClientCounter.FAILED_REPLAYS);
      log.error(
          "cannot replay {} bytes at offset {} ({}); flushes fail until the replay succeeds",
          entry.count(),
          entry.offset(),
          status);
    }
    unflushed.replayed(entry, status == Status.OK);
    if (status != Status.OK && replay.straddlesEnd(entry)) {
      replay.sendHead(entry, unflushed);
    }
    replay.settled(copy);
    end(copy, status);
  }

  /** The link is gone, or the lane is over: drops the copies in flight. */
  void abort() {
    for (Transaction copy : replay.abort()) {
      end(copy, Status.SHUTTING_DOWN);
    }
  }

  private void end(Transaction copy, Status status) {
    resends.stop(copy);
    table.leave(copy);
    actions.finished(copy, status, null);
  }
}
