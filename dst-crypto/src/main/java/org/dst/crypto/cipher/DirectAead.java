package org.dst.crypto.cipher;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.function.Function;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/**
 * A JCE cipher that performs best on direct buffers and works in place, as Conscrypt's do:
 * BoringSSL allows input and output at the same address.
 */
final class DirectAead implements Aead {
  private final Cipher cipher;
  private final Function<byte[], AlgorithmParameterSpec> parameters;

  DirectAead(Cipher cipher, Function<byte[], AlgorithmParameterSpec> parameters) {
    this.cipher = cipher;
    this.parameters = parameters;
  }

  @Override
  public void seal(
      AeadKey key,
      byte[] nonce,
      byte[] associated,
      ByteBuf buffer,
      int index,
      int length,
      ByteBuf sealed,
      int into) {
    ByteBuffer in = buffer.nioBuffer(index, length);
    ByteBuffer out = sealed.nioBuffer(into, length + TAG);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, parameters.apply(nonce));
      cipher.updateAAD(associated);
      cipher.doFinal(in, out);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed", e);
    }
  }

  @Override
  public boolean open(
      AeadKey key,
      byte[] nonce,
      byte[] associated,
      ByteBuf buffer,
      int index,
      int length,
      ByteBuf opened,
      int into) {
    ByteBuffer in = buffer.nioBuffer(index, length + TAG);
    ByteBuffer out = opened.nioBuffer(into, length);
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, parameters.apply(nonce));
      cipher.updateAAD(associated);
      cipher.doFinal(in, out);
      return true;
    } catch (AEADBadTagException forged) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening failed", e);
    }
  }
}
