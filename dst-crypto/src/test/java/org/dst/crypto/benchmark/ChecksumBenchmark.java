package org.dst.crypto.benchmark;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.dst.crypto.checksum.Checksum;
import org.dst.crypto.checksum.Checksums;
import org.dst.crypto.checksum.MacKeys;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Checksums of payloads in direct buffers. */
@State(Scope.Thread)
public class ChecksumBenchmark {
  /** The checksum. */
  @Param({"crc32c", "xxh3", "sha-256", "hmac-sha-256", "sha3-256", "blake3"})
  public String checksum;

  /** Bytes of a payload. */
  @Param({"4096", "65536", "1048576"})
  public int bytes;

  private final byte[] into = new byte[32];
  private Checksum instance;
  private ByteBuf payload;

  /** Makes the payload. */
  @Setup(Level.Trial)
  public void set() {
    instance = Checksums.create(checksum, MacKeys.of(new byte[32], new byte[32]));
    payload = ByteBufAllocator.DEFAULT.directBuffer(bytes).writeZero(bytes);
  }

  /** Gives the payload back. */
  @TearDown(Level.Trial)
  public void release() {
    payload.release();
  }

  /** Computes. */
  @Benchmark
  public byte[] compute() {
    instance.compute(payload, into);
    return into;
  }
}
