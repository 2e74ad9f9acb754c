# What the scripts share. They find uri and export set, and nbd imported.
import errno
import os

SIZE = 64 << 20


def connect(strict=True, structured=True, allocation=True):
    """A new connection; without strict, libnbd sends whatever it is told to."""
    h = nbd.NBD()
    if not structured:
        h.set_request_structured_replies(False)
    elif allocation:
        h.add_meta_context("base:allocation")
    h.connect_uri(uri)
    if not strict:
        h.set_strict_mode(0)
    return h


def refused(number, call, *arguments):
    """Requires that the server answers a request with this errno, and that the connection lives."""
    try:
        call(*arguments)
    except nbd.Error as error:
        assert error.errnum == number, "%s (expected: %s)" % (error, errno.errorcode[number])
    else:
        raise AssertionError("accepted (expected: %s)" % errno.errorcode[number])


def extents(h, count, offset, flags=0):
    """The extents of a range as pairs of length and flags."""
    found = []

    def take(context, offset, entries, error):
        found.extend(zip(entries[::2], entries[1::2]))

    h.block_status(count, offset, take, flags)
    return found


def chunks(h, count, offset, flags=0):
    """The pieces of a structured read as triples of offset, length and kind."""
    found = []

    def take(data, offset, status, error):
        found.append((offset, len(data), status))

    data = h.pread_structured(count, offset, take, flags)
    return data, sorted(found)
