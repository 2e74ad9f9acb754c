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

  private static String save(StoreRecordManager keeper) throws Exception {
    CompletableFuture<String> ended = new CompletableFuture<>();
    keeper.save(LEASE, ended::complete);
    return ended.get(20, TimeUnit.SECONDS);
  }

  @Test
  void shouldMakeTheStoreFresherWithEveryLeaseInOneWrite() throws Exception {
    StoreRecord saved;
    try (StoreRecordManager keeper = open()) {
      long before = keeper.record().freshness();
      assertNull(save(keeper));
      saved = keeper.record();
      assertEquals(before + 1, saved.freshness());
      assertEquals(LEASE, saved.lease());
    }
    try (StoreRecordManager again = open()) {
      assertEquals(saved, again.record());
    }
  }

  @Test
  void shouldTellNoNumberThatIsNotDurable() throws Exception {
    try (StoreRecordManager keeper = open()) {
      long before = keeper.record().freshness();
      try (Stream<Path> files = Files.list(path)) {
        for (Path file : files.toList()) {
          Files.createDirectory(file.resolveSibling(file.getFileName() + ".new"));
        }
      }
      assertTrue(save(keeper).contains("--state-dir"));
      assertEquals(before, keeper.record().freshness());
    }
  }
}
