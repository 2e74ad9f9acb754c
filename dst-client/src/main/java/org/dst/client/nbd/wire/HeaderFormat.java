package org.dst.client.nbd.wire;

/** What the client negotiated about the layout of requests and replies. */
public enum HeaderFormat {
  /** 28-byte requests; only simple replies. */
  SIMPLE(28, 0x25609513),
  /** 28-byte requests; whatever carries a payload is answered by structured reply chunks. */
  STRUCTURED(28, 0x25609513),
  /** 32-byte requests and reply chunks with 64-bit lengths. */
  EXTENDED(32, 0x21e41c71);

  private final int requestLength;
  private final int requestMagic;

  HeaderFormat(int requestLength, int requestMagic) {
    this.requestLength = requestLength;
    this.requestMagic = requestMagic;
  }

  /** Bytes of a request header. */
  public int requestLength() {
    return requestLength;
  }

  /** The first four bytes of a request. */
  public int requestMagic() {
    return requestMagic;
  }

  /** Whether replies are chunks, which structured and extended replies are. */
  public boolean chunked() {
    return this != SIMPLE;
  }
}
