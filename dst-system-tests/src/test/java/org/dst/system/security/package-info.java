/**
 * Real clients and real servers with somebody between them who alters what they say. Everything
 * runs in the test's process, over loopback sockets.
 */
package org.dst.system.security;
