package org.dst.server.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.dst.crypto.noise.ClientHandshake;
import org.dst.crypto.noise.HandshakeResult;
import org.dst.protocol.SecurityMode;
import org.dst.protocol.message.ClientOpening;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.HandshakeMessage;
import org.dst.protocol.message.OpeningHeader;
import org.dst.protocol.message.RefusalCode;

/** A client that has sent its opening and read the server's. */
final class HandshakingClient implements AutoCloseable {
  final RawClient client;
  final byte[] prologue;

  HandshakingClient(InetSocketAddress server, SecurityMode mode) throws IOException {
    client = new RawClient(server);
    byte[] mine =
        RawClient.encoded(
            new ClientOpening(1, 1, mode, HandshakePort.CIPHERS, List.of("crc32c"), Extensions.NONE)
                ::encode);
    client.send(mine);
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(mine);
    byte[] header = client.read(OpeningHeader.LENGTH);
    both.writeBytes(header);
    both.writeBytes(client.read(OpeningHeader.read(header)));
    prologue = both.toByteArray();
  }

  void send(byte[] noise) throws IOException {
    client.send(new HandshakeMessage.Noise(noise)::encode);
  }

  HandshakeMessage receive() throws IOException {
    byte[] header = client.read(HandshakeMessage.HEADER_LENGTH);
    byte[] rest = client.read(HandshakeMessage.length(header));
    return HandshakeMessage.decode(header, Unpooled.wrappedBuffer(rest));
  }

  HandshakeResult finish(ClientHandshake handshake) throws Exception {
    send(handshake.begin());
    return handshake.finish(((HandshakeMessage.Noise) receive()).bytes());
  }

  void expectRefusal() throws IOException {
    assertEquals(
        new HandshakeMessage.Refusal(RefusalCode.NOT_ALLOWED, "the key does not match"), receive());
    client.expectEnd();
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
