/**
 * Bad input from every side: wrong arguments, wrong peers, damaged and impossible messages on both
 * ports, storage that is missing or full. Each test asks for the exact answer, and that a bystander
 * on the same processes goes on undisturbed.
 */
package org.dst.system.fault;
