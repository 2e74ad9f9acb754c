package org.dst.client.session;

import org.dst.client.link.ServerAddress;

/**
 * One lane at one moment.
 *
 * @param number of the lane, from 0
 * @param server that it is connected with, or has tried last; null before the first attempt
 * @param lastFailure why the last link was lost or could not be had; null if that never happened
 * @param activity what it was doing
 */
public record LaneStatus(
    int number, ServerAddress server, String lastFailure, LaneActivity activity) {}
