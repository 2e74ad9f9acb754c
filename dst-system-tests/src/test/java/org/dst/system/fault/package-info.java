/**
 * Bad input from every side: invalid arguments, wrong peers, damaged and impossible messages on
 * both ports, storage that is missing or full. Each test expects the exact answer, and that a
 * bystander on the same processes is not disturbed.
 */
package org.dst.system.fault;
