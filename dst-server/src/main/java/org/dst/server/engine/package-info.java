/**
 * Decides where a store's system calls run: on the event loop if the page cache can answer, on a
 * pool of threads, or on an io_uring. A request is submitted on the event loop of its lane and
 * completes there.
 *
 * <p>The io_uring is the one that Netty uses for the loop's sockets, not a ring of our own: the
 * file operations of a turn go to the kernel together with its sends and receives, in one
 * io_uring_enter, and their completions wake the loop as its sockets do. A ring beside an epoll
 * loop would cost an extra system call per batch, and an eventfd and an epoll event for its
 * completions. The price is that engine and transport are chosen together. Netty guarantees what
 * this relies on: it submits when the queue is full, counts outstanding operations before it drops
 * a registration, and waits for operations in flight when a loop ends.
 */
package org.dst.server.engine;
