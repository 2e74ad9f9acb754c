package org.dst.server.export;

/**
 * The limits that an export imposes on its clients.
 *
 * @param maxLanes lanes that one session may have
 * @param maxPayload bytes of the largest frame payload
 * @param window transaction ids above the watermark that a lane remembers; a power of two
 * @param maxInFlight bytes of one lane that run in the store at once
 */
public record ExportLimits(int maxLanes, int maxPayload, int window, long maxInFlight) {}
