/**
 * Recognises media whose names mean nothing: reads the marks of open files and devices, and
 * compares them with recorded ones. Called by stores and by the state directory. Blocks; never on
 * an event loop.
 */
package org.dst.server.medium;
