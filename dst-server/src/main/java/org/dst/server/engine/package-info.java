/**
 * Decides who makes a store's system calls: the event loop, where the page cache answers, a pool of
 * threads, or an io_uring. A request is submitted on the event loop of its lane and completes
 * there.
 *
 * <p>The io_uring is the one by which Netty serves the loop's sockets, and no ring of our own: the
 * calls of a turn of the loop go to the kernel together with its sends and receives, in one
 * io_uring_enter, and their ends wake the loop as its sockets do. A ring beside an epoll loop would
 * cost a call of its own for each batch, and an eventfd and an epoll event for its completions. The
 * price is that engine and transport are chosen together. Netty keeps what this needs: it submits
 * when the queue is full, counts what is outstanding before it lets a registration go, and waits
 * for what the kernel has when a loop ends.
 */
package org.dst.server.engine;
