package org.dst.system.durability;

import java.util.List;
import java.util.Map;

/**
 * What a trace of a server shows about its file; every event has its line number.
 *
 * @param writes that the kernel has made
 * @param syncs that have succeeded
 * @param replies the transactions that were answered well, and the line at which the answer's first
 *     byte was given to the kernel
 */
record Evidence(List<Written> writes, List<Sync> syncs, Map<Long, Integer> replies) {
  /** What a call has written, and whether that was durable when the call returned. */
  record Written(long offset, long length, boolean durable, int returned) {}

  /** A sync of the whole file. */
  record Sync(int entered, int returned) {}

  /**
   * What strace has seen.
   *
   * @param file the path of the store; what is done to other files does not count
   */
  static Evidence of(List<Syscall> calls, String file) {
    List<Syscall> ofFile = calls.stream().filter(call -> call.path().equals(file)).toList();
    return new Evidence(
        ofFile.stream()
            .filter(call -> call.isFileWrite() && call.result() > 0)
            .map(
                call ->
                    new Written(call.offset(), call.result(), call.isDurable(), call.returned()))
            .toList(),
        ofFile.stream()
            .filter(call -> call.isSync() && call.result() == 0)
            .map(call -> new Sync(call.entered(), call.returned()))
            .toList(),
        SentReplies.of(calls));
  }
}
