/**
 * Exports: a store under a name, with its access rules, its session registry, and the watchers that
 * follow its size, path and freshness. Called by the export server and by links. Attaches are
 * decided on the export's home event loop; the watchers have a thread of their own.
 */
package org.dst.server.export;
