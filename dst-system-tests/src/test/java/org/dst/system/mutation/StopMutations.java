package org.dst.system.mutation;

import java.util.List;

/** Mutations of the planned stop of a server, and of who trusts that it lost nothing. */
final class StopMutations {
  private static final String END = "server/engine/CleanShutdown";
  private static final String DURABILITY = "client/lane/Durability";

  static final List<Mutation> LIST =
      List.of(
          Mutation.of(
              "a clean end is noted before the sync",
              Catchers.DURABLE,
              END,
              "UUID ended = handle.writeVerifier().verifier();",
              "UUID ended = handle.writeVerifier().verifier(); note.accept(ended);"),
          Mutation.of(
              "a clean end is noted although the sync has failed",
              Catchers.DURABLE,
              END,
              "return; } note.accept(ended);",
              "} note.accept(ended);"),
          Mutation.of(
              "a clean end of another lifetime is believed",
              Catchers.DURABLE,
              DURABILITY,
              "verifier.equals(endedClean) && !endedClean.equals(ended)",
              "endedClean != null && !endedClean.equals(ended)"),
          Mutation.of(
              "a clean end is believed again after a replay that was interrupted",
              Catchers.DURABLE,
              DURABILITY,
              "verifier.equals(endedClean) && !endedClean.equals(ended)",
              "verifier.equals(endedClean)"),
          Mutation.of(
              "what could not be replayed is dropped after a clean end",
              Catchers.DURABLE,
              DURABILITY,
              "unflushed.keepStuckOnly();",
              "unflushed.clear();"),
          Mutation.of(
              "a successor believes a clean end of another lifetime",
              Catchers.DURABLE,
              "system/sim/SimClient",
              "predecessor.verifier().equals(first.cleanPredecessor())",
              "first.cleanPredecessor() != null"));

  private StopMutations() {}
}
