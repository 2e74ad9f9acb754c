/**
 * Starts and stops the programs under test and the clients that use them, each with a timeout and
 * with their output in every failure. Called by the tests on their own threads; background activity
 * runs in a {@link org.dst.system.harness.Bystander} or a {@link org.dst.system.harness.Daemon}.
 */
package org.dst.system.harness;
