package org.dst.system.sim;

import org.dst.client.lane.ClientCounter;
import org.dst.protocol.count.Counters;

/**
 * Everything outside the client processes.
 *
 * @param counters of all clients together
 * @param lanes that every client uses
 */
record SimWorld(
    Timeline time,
    SimFaults faults,
    SimStore store,
    SimServer server,
    SimNetwork network,
    Counters<ClientCounter> counters,
    int lanes) {
  /** A world whose disk is on a medium of that kind. */
  static SimWorld create(
      Timeline time, SimFaults faults, int stripes, int lanes, SimMedium medium) {
    SimStore store = new SimStore(time, stripes, medium.own());
    SimServer server = new SimServer(time, faults, store);
    return new SimWorld(
        time,
        faults,
        store,
        server,
        new SimNetwork(time, faults, server),
        new Counters<>(ClientCounter.class),
        lanes);
  }
}
