package org.dst.client.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.HandshakeMessage;
import org.dst.protocol.message.OpeningHeader;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.ServerOpening;

/**
 * Opens one link, takes the client's first handshake message and answers it as the test says; then
 * hangs up once the client has.
 */
final class HandshakeServer implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  private final SecurityMode mode;
  private final String cipher;
  private final Answer answer;

  /** What the test lets the server say. */
  interface Answer {
    /** The bytes to send, header included; null hangs up at once. */
    byte[] to(byte[] prologue, byte[] message) throws Exception;
  }

  HandshakeServer(SecurityMode mode, String cipher, Answer answer) throws IOException {
    this.mode = mode;
    this.cipher = cipher;
    this.answer = answer;
    Thread.ofPlatform().daemon().name("handshake-server").start(this::serve);
  }

  private void serve() {
    try (Socket client = listener.accept()) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      ByteArrayOutputStream prologue = new ByteArrayOutputStream();
      byte[] header = in.readNBytes(OpeningHeader.LENGTH);
      prologue.writeBytes(header);
      prologue.writeBytes(in.readNBytes(OpeningHeader.read(header)));
      byte[] opening =
          bytes(
              new ServerOpening(RefusalCode.NONE, 1, mode, cipher, "crc32c", "", Extensions.NONE)
                  ::encode);
      prologue.writeBytes(opening);
      client.getOutputStream().write(opening);
      byte[] start = in.readNBytes(HandshakeMessage.HEADER_LENGTH);
      byte[] message = in.readNBytes(HandshakeMessage.length(start));
      byte[] said = answer.to(prologue.toByteArray(), message);
      if (said != null) {
        client.getOutputStream().write(said);
        in.readAllBytes();
      }
    } catch (IOException closed) {
      // the client has left
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  static byte[] noise(byte[] message) {
    return bytes(new HandshakeMessage.Noise(message)::encode);
  }

  static byte[] bytes(Consumer<ByteBuf> encoder) {
    ByteBuf out = Unpooled.buffer();
    encoder.accept(out);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  ServerAddress address() {
    return new ServerAddress("127.0.0.1", listener.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
