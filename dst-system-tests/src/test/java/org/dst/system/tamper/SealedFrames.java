package org.dst.system.tamper;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.dst.client.link.ClientRecords;
import org.dst.crypto.record.RecordCrypto;
import org.dst.protocol.codec.LinkSecurity;

/** Seals the frames of one direction into records, as a genuine peer does. */
final class SealedFrames {
  private static final int LENGTH_FIELD = 4;
  private static final int TAG = 16;

  private final LinkSecurity security;

  /** A peer that sends and receives with these secrets, from its first frame on. */
  SealedFrames(byte[] sending, byte[] receiving, RecordCrypto crypto) {
    security =
        ClientRecords.of(
            sending, receiving, crypto.cipher("aes-256-gcm"), crypto.pool(), Runnable::run);
  }

  /** The record of the next frame. */
  byte[] seal(byte[] frame) {
    ByteBuf record = Unpooled.directBuffer(frame.length + LENGTH_FIELD + TAG);
    record.writeZero(LENGTH_FIELD).writeBytes(frame).writeZero(TAG);
    security.sealer().sealNow(record, 0, frame.length);
    byte[] bytes = ByteBufUtil.getBytes(record);
    record.release();
    return bytes;
  }
}
