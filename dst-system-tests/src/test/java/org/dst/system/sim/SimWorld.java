package org.dst.system.sim;

import org.dst.client.session.ClientCounter;
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
  static SimWorld create(Timeline time, SimFaults faults, int stripes, int lanes) {
    SimStore store = new SimStore(time, stripes);
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
