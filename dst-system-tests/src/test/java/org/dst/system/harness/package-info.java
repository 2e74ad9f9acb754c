/**
 * Starts and ends the programs under test and the clients that use them, each bounded in time, and
 * says in a failure what they printed. Called by the tests on their own threads; what runs beside
 * them is named {@link org.dst.system.harness.Bystander} and {@link org.dst.system.harness.Daemon}.
 */
package org.dst.system.harness;
