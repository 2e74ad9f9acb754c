package org.dst.crypto.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import org.dst.crypto.VectorFile;
import org.dst.crypto.cipher.Aead;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.cipher.Ciphers;
import org.dst.crypto.pool.CryptoPool;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Holds the record layer to what another implementation in another language has made. */
@ExtendWith(Watch.class)
@Timeout(30)
class IndependentRecordsTest {
  private final CryptoPool pool = new CryptoPool(0);
  private final List<VectorFile.Block> vectors =
      VectorFile.read(IndependentRecordsTest.class, "independent-records.txt");

  @Test
  void shouldDeriveTheSameKeysAndNonces() {
    assertFalse(vectors.isEmpty());
    for (VectorFile.Block vector : vectors) {
      AeadCipher cipher = Ciphers.create(vector.text("cipher"));
      KeySchedule schedule = new KeySchedule(vector.bytes("secret"), cipher);
      long frame = Long.parseLong(vector.text("frame-number"));
      for (long epoch = 0; epoch < frame / KeySchedule.EPOCH_FRAMES; epoch++) {
        schedule.at(epoch * KeySchedule.EPOCH_FRAMES);
      }
      EpochKeys keys = schedule.at(frame);
      byte[] nonce = new byte[Aead.NONCE];
      keys.nonce(frame, nonce);
      assertArrayEquals(vector.bytes("key"), keys.key().getEncoded(), "frame " + frame);
      assertArrayEquals(vector.bytes("nonce"), nonce, "frame " + frame);
    }
  }

  @Test
  void shouldSealAndOpenTheSameRecords() {
    for (VectorFile.Block vector : vectors) {
      long frame = Long.parseLong(vector.text("frame-number"));
      byte[] plain = vector.bytes("frame");
      AeadCipher cipher = Ciphers.create(vector.text("cipher"));
      AeadRecordSealer sealer =
          new AeadRecordSealer(vector.bytes("secret"), cipher, pool, Runnable::run);
      AeadRecordOpener opener =
          new AeadRecordOpener(vector.bytes("secret"), cipher, pool, Runnable::run);
      List<byte[]> opened = new ArrayList<>();
      opener.start(
          buffer -> {
            opened.add(ByteBufUtil.getBytes(buffer));
            buffer.release();
          },
          () -> {},
          () -> {});
      for (long i = 0; i < frame; i++) {
        ByteBuf before = Records.room(new byte[48]);
        sealer.sealNow(before, 0, 48);
        opener.open(before.skipBytes(4));
      }
      ByteBuf record = Records.room(plain);
      sealer.sealNow(record, 0, plain.length);
      assertEquals(vector.text("record"), ByteBufUtil.hexDump(record), "frame " + frame);
      opener.open(record.skipBytes(4));
      assertArrayEquals(plain, opened.getLast());
      assertEquals(frame + 1, opened.size());
      assertTrue(sealer.isIdle());
      sealer.close();
      opener.close();
    }
  }
}
