package org.dst.server.lane;

import java.util.ArrayList;
import java.util.List;

/**
 * The unsettled changes of a lane in order of arrival. A change that overlaps an earlier one waits
 * until that has ended, so that changes of one range take effect in the order in which the client
 * sent them. Few changes are unsettled at once, so a linear search is enough.
 */
final class OverlapQueue {
  private final List<LaneRequest> changes = new ArrayList<>();
  private final List<LaneRequest> held = new ArrayList<>();

  /** Adds a change; returns whether it may start now. */
  boolean admit(LaneRequest change) {
    boolean free = freeBefore(changes.size(), change);
    changes.add(change);
    if (!free) {
      held.add(change);
    }
    return free;
  }

  /** A change has ended: adds those that may start now to {@code freed}. */
  void settled(LaneRequest change, List<LaneRequest> freed) {
    drop(change);
    for (int i = 0; i < held.size(); ) {
      LaneRequest candidate = held.get(i);
      if (freeBefore(indexOf(candidate), candidate)) {
        held.remove(i);
        freed.add(candidate);
      } else {
        i++;
      }
    }
  }

  /** Moves the held changes into {@code taken}; the caller must drop them. */
  void takeHeld(List<LaneRequest> taken) {
    taken.addAll(held);
    held.clear();
  }

  /** Forgets a change that will not be executed. */
  void drop(LaneRequest change) {
    changes.remove(indexOf(change));
  }

  private boolean freeBefore(int end, LaneRequest change) {
    for (int i = 0; i < end; i++) {
      if (changes.get(i).overlaps(change)) {
        return false;
      }
    }
    return true;
  }

  private int indexOf(LaneRequest change) {
    for (int i = 0; i < changes.size(); i++) {
      if (changes.get(i) == change) {
        return i;
      }
    }
    throw new IllegalStateException("change " + change.id() + " is not in the order");
  }
}
