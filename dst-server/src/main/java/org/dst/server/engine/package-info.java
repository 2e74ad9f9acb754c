/**
 * Decides on which thread a store's system calls are made. A request is submitted on the event loop
 * of its lane and completes there.
 */
package org.dst.server.engine;
