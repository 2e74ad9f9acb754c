package org.dst.server.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StoreRecordManagerTest extends StateDirectorySetup {
  private StoreRecordManager open() throws IOException {
    return StoreRecordManager.in(directory.open("disk", store(DISK, medium(1))));
  }

  private static String save(StoreRecordManager records) throws Exception {
    CompletableFuture<String> ended = new CompletableFuture<>();
    records.save(LEASE, ended::complete);
    return ended.get(20, TimeUnit.SECONDS);
  }

  @Test
  void shouldMakeTheStoreFresherWithEveryLeaseInOneWrite() throws Exception {
    StoreRecord saved;
    try (StoreRecordManager records = open()) {
      long before = records.record().freshness();
      assertNull(save(records));
      saved = records.record();
      assertEquals(before + 1, saved.freshness());
      assertEquals(LEASE, saved.lease());
    }
    try (StoreRecordManager again = open()) {
      assertEquals(saved, again.record());
    }
  }

  @Test
  void shouldTellNoNumberThatIsNotDurable() throws Exception {
    try (StoreRecordManager records = open()) {
      long before = records.record().freshness();
      try (Stream<Path> files = Files.list(path)) {
        for (Path file : files.toList()) {
          Files.createDirectory(file.resolveSibling(file.getFileName() + ".new"));
        }
      }
      assertTrue(save(records).contains("--state-dir"));
      assertEquals(before, records.record().freshness());
    }
  }
}
