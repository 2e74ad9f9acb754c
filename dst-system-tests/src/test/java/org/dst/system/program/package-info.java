/**
 * What the programs themselves say: lists, pings, versions, help, and that they start and end as
 * fast and as cleanly as promised.
 */
package org.dst.system.program;
