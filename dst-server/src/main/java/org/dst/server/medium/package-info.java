/**
 * By what a medium is recognised when its name means nothing: marks of files and devices, read from
 * what is open, and the comparison of those with the ones that were recorded. Used by stores, which
 * have marks, and by the state directory, which finds its records by them. Blocks; no event loop.
 */
package org.dst.server.medium;
