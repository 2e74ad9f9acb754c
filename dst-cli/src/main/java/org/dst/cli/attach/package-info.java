/**
 * The commands of {@code dst} about this machine's attachments: {@code attach} brings a disk up and
 * keeps it up, {@code status} shows those that are up. Run on the main thread; an attachment is
 * detached on the thread of the shutdown hook.
 */
package org.dst.cli.attach;
