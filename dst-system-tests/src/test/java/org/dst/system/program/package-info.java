/**
 * What the programs themselves do and print: list, ping, status, key reload, resize, transports.
 * The tests run the real programs as processes.
 */
package org.dst.system.program;
