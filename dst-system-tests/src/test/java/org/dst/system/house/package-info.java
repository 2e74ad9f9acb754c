/**
 * The rules of the house as tests: how sources are laid out and which module may know which. They
 * read the tree and the compiled classes; of the programs they start the launchers only.
 */
package org.dst.system.house;
