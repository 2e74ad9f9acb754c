/**
 * What tests of every module share: an extension that fails a green test which leaked a buffer or
 * logged an error. Comes as this module's test-jar; used on the test's own thread.
 */
package org.dst.protocol.testing;
