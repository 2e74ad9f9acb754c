/**
 * Somebody between a real client and a real server who alters, keeps, repeats and reflects what
 * they say on secured links, and strangers at their ports. Both ends run in the test's process,
 * with sockets between them; proxies have threads of their own.
 */
package org.dst.system.tamper;
