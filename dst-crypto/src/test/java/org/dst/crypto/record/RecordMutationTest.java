package org.dst.crypto.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import java.util.Random;
import org.dst.crypto.cipher.Aead;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.cipher.CryptoProvider;
import org.dst.crypto.cipher.IpsecMbPresence;
import org.dst.crypto.pool.CryptoPool;
import org.dst.protocol.testing.Watch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every record that was changed on the way is refused, whatever was done to it. */
@ExtendWith(Watch.class)
@Timeout(120)
class RecordMutationTest {
  private static final int MUTATIONS = 100_000;
  private static final int RECORDS = 8;

  private final Random random = new Random(20_261_122);
  private final CryptoPool pool = new CryptoPool(0);
  private AeadCipher cipher;

  @ParameterizedTest
  @EnumSource(names = "BOUNCYCASTLE", mode = EnumSource.Mode.EXCLUDE)
  void shouldRefuseAHundredThousandMutatedRecords(CryptoProvider provider) {
    cipher = IpsecMbPresence.cipher("aes-256-gcm", provider);
    byte[][] sealed = sealed();
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      AeadRecordOpener opener = new AeadRecordOpener(Records.SECRET, cipher, pool, Runnable::run);
      Records.Receiver receiver = new Records.Receiver(opener);
      int number = random.nextInt(2); // the record before it arrives as it was sent
      for (int before = 0; before < number; before++) {
        opener.open(Records.room(new byte[0]).clear().writeBytes(sealed[before]));
      }
      byte[] mutated = mutate(sealed, number);
      if (!Arrays.equals(mutated, sealed[number])) {
        ByteBuf body = Records.room(mutated).clear().writeBytes(mutated);
        opener.open(body);
        accepted += receiver.frames.size() - number;
        refused += receiver.forged;
      } else {
        refused++; // changed into itself
      }
      opener.close();
    }
    assertEquals(0, accepted);
    assertEquals(MUTATIONS, refused);
  }

  private byte[][] sealed() {
    AeadRecordSealer sealer = new AeadRecordSealer(Records.SECRET, cipher, pool, Runnable::run);
    byte[][] sealed = new byte[RECORDS][];
    for (int i = 0; i < RECORDS; i++) {
      int length = 48 + 37 * i;
      ByteBuf record = Records.room(Records.frame(i, length));
      sealer.sealNow(record, 0, length);
      sealed[i] = ByteBufUtil.getBytes(record.skipBytes(4));
      record.release();
    }
    return sealed;
  }

  private byte[] mutate(byte[][] sealed, int number) {
    byte[] bytes = sealed[number].clone();
    int at = random.nextInt(bytes.length);
    int count = 1 + random.nextInt(bytes.length - at);
    switch (random.nextInt(8)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> {
        byte[] noise = new byte[count];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, at, count);
      }
      case 3 -> Arrays.fill(bytes, at, at + count, (byte) 0);
      case 4 -> bytes = Arrays.copyOf(bytes, Math.max(Aead.TAG, at));
      case 5 -> bytes = Arrays.copyOf(bytes, bytes.length + count);
      case 6 -> bytes = sealed[(number + 1 + random.nextInt(RECORDS - 1)) % RECORDS].clone();
      default -> System.arraycopy(bytes, 0, bytes, at, bytes.length - at);
    }
    return bytes;
  }
}
