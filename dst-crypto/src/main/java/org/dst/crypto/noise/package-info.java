/**
 * The handshake: the part of the Noise Protocol Framework, revision 34, that DST needs: the
 * patterns NNpsk0 and IK with 25519, AESGCM and SHA256. {@link org.dst.crypto.noise.CipherState},
 * {@link org.dst.crypto.noise.SymmetricState} and {@link org.dst.crypto.noise.HandshakeState} are
 * the objects of the specification's section 5 under their own names; links use {@link
 * org.dst.crypto.noise.ClientHandshake} and {@link org.dst.crypto.noise.ServerHandshake}. An object
 * serves one handshake on one thread.
 */
package org.dst.crypto.noise;
