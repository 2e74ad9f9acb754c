/**
 * The crypto threads of a process, shared by all its links, and the queues that put results back
 * into order. The record layer submits tasks and takes results on the links' event loops; the tasks
 * run on crypto threads, or on the loop when the pool is full.
 */
package org.dst.crypto.pool;
