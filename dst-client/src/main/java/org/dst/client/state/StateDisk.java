package org.dst.client.state;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Syncs state files to the medium. Called by threads that may block. */
interface StateDisk {
  /** This machine's disk. */
  StateDisk REAL =
      new StateDisk() {
        @Override
        public void sync(Path path, FileChannel file, MappedByteBuffer bytes) throws IOException {
          bytes.force();
          file.force(true);
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
          try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
            opened.force(true);
          }
        }
      };

  /** Returns when the contents of the file survive a power loss. */
  void sync(Path path, FileChannel file, MappedByteBuffer bytes) throws IOException;

  /** The same for the entries of a directory. */
  void syncDirectory(Path directory) throws IOException;
}
