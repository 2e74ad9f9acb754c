/**
 * A man in the middle who alters, records, replays and reflects the traffic of secured links, and
 * strangers at both ports. Both ends run in the test process, with sockets between them; proxies
 * have their own threads.
 */
package org.dst.system.tamper;
