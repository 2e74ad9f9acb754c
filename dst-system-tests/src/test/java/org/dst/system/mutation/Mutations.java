package org.dst.system.mutation;

import java.util.List;
import java.util.stream.Stream;

/** All mutations: every rule of docs/transactions.md, broken once. */
final class Mutations {
  private Mutations() {}

  static List<Mutation> all() {
    return Stream.of(
            ClientMutations.LIST,
            LogMutations.LIST,
            LaneMutations.LIST,
            SyncMutations.LIST,
            StopMutations.LIST,
            LeaseMutations.LIST,
            MediumMutations.LIST,
            PairMutations.LIST)
        .flatMap(List::stream)
        .toList();
  }
}
