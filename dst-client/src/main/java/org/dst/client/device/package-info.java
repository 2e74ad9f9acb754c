/**
 * A disk as a front end sees it: what the NBD side asks and what sessions answer. Requests are
 * submitted and completed on the front end's own event loop.
 */
package org.dst.client.device;
