/**
 * The attaching node: {@link org.dst.client.Attachment} is a session with an export plus the NBD
 * front end that offers it locally. Started by {@code dst attach}.
 */
package org.dst.client;
