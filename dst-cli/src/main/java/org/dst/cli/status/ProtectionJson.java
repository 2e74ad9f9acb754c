package org.dst.cli.status;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dst.cli.option.SizeConverter;
import org.dst.crypto.pool.CryptoPool;
import org.dst.crypto.record.LinkProtection;

/** The protection of links and the work of the crypto threads, for both reports. */
final class ProtectionJson {
  private ProtectionJson() {}

  /** A link's protection; null if there is none yet. */
  static Map<String, Object> of(LinkProtection protection) {
    return protection == null
        ? null
        : new JsonFields()
            .with("mode", protection.mode())
            .with("cipher", protection.cipher())
            .with("provider", protection.provider())
            .with("checksum", protection.checksum())
            .done();
  }

  /** The crypto threads. */
  static Map<String, Object> of(CryptoPool pool) {
    CryptoPool.Statistics statistics = pool.statistics();
    return new JsonFields()
        .with("threads", pool.threads())
        .with("depth", statistics.depth())
        .with("depth_bytes", statistics.depthBytes())
        .with("records", statistics.records())
        .with("bytes", statistics.bytes())
        .with("queued_ms", TimeUnit.NANOSECONDS.toMillis(statistics.queuedNanos()))
        .with("busy_ms", TimeUnit.NANOSECONDS.toMillis(statistics.busyNanos()))
        .with("done_by_loops", statistics.refused())
        .done();
  }

  /** Renders a link's protection as text. */
  static String show(Map<String, Object> protection) {
    if (protection == null) {
      return "-";
    }
    String checksum = "checksum " + JsonFields.text(protection, "checksum");
    return protection.get("cipher") == null
        ? "none, the link is plain; " + checksum
        : "%s, %s by %s; %s"
            .formatted(
                JsonFields.text(protection, "mode"),
                JsonFields.text(protection, "cipher"),
                JsonFields.text(protection, "provider"),
                checksum);
  }

  /** Renders the crypto threads as text. */
  static String showPool(Map<String, Object> pool) {
    return "%s, %s (%s) done in %s, %s waiting"
        .formatted(
            TextTable.several(JsonFields.number(pool, "threads"), "thread"),
            TextTable.several(JsonFields.number(pool, "records"), "record"),
            SizeConverter.show(JsonFields.number(pool, "bytes")),
            TextTable.span(JsonFields.number(pool, "busy_ms")),
            JsonFields.number(pool, "depth"));
  }
}
