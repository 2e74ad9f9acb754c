package org.dst.server.export;

import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.dst.protocol.Access;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.Listing;
import org.dst.server.access.AccessRight;
import org.dst.server.access.AccessRules;
import org.dst.server.access.Peer;
import org.dst.server.engine.CleanShutdown;
import org.dst.server.engine.StoreHandle;
import org.dst.server.engine.SyncGate;
import org.dst.server.engine.WriteVerifier;
import org.dst.server.lane.FrameRequestValidator;
import org.dst.server.lane.ServerCounter;
import org.dst.server.lane.ServerLane;
import org.dst.server.lane.WritePolicy;
import org.dst.server.session.AttachPolicy;
import org.dst.server.session.Lease;
import org.dst.server.session.SessionRegistry;
import org.dst.server.state.StoreRecordManager;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A named store that the server offers, with the registry of its sessions. */
public final class Export implements AttachPolicy {
  private static final Logger log = LoggerFactory.getLogger(Export.class);

  private final ExportOptions options;
  private final ExportLimits limits;
  private final StoreHandle store;
  private final EventLoop home;
  private final SessionRegistry registry;
  private final StoreRecordManager records;
  private final ExportSize size;
  private final PathWatcher path;
  private final FreshnessUpdater freshness;

  /** Whether a client may know the current verifier. */
  private volatile boolean verifierTold;

  /** Written on {@link #home} only. */
  private volatile AccessRules rules;

  private final Counters<ServerCounter> counters = new Counters<>(ServerCounter.class);

  /**
   * An export without sessions.
   *
   * @param store closed by {@link #close}
   * @param records of the store's identity and lease, closed by {@link #close}
   * @param home the event loop that owns the session registry
   */
  public Export(
      ExportOptions options,
      ExportLimits limits,
      BlockStore store,
      StoreRecordManager records,
      EventLoop home) {
    this.options = options;
    rules = options.rules();
    this.limits = limits;
    this.store = new StoreHandle(store, new SyncGate(), new WriteVerifier(UUID::randomUUID));
    this.records = records;
    size = new ExportSize(options.name(), store, this::resized);
    path = new PathWatcher(options.name(), store);
    this.freshness =
        new FreshnessUpdater(
            options.name(), records, home, this::freshened, store.info().readOnly());
    this.home = home;
    registry =
        new SessionRegistry(this, InstantSource.system(), records.record().lease(), counters);
    this.store
        .writeVerifier()
        .onFailure(
            () ->
                home.execute(
                    () -> registry.fenceAfterFailedSync(this.store.writeVerifier().verifier())));
    this.store.writeVerifier().onConfirmed(freshness::used);
  }

  private void freshened() {
    registry.freshened();
  }

  private void resized() {
    home.execute(registry::resized);
  }

  /** The name that clients attach by. */
  public String name() {
    return options.name();
  }

  /** The store's properties. */
  public StoreInfo info() {
    return store.store().info();
  }

  /** The sessions; only on {@link #home}. */
  public SessionRegistry registry() {
    assert home.inEventLoop();
    return registry;
  }

  /** The event loop that owns the registry. */
  public EventLoop home() {
    return home;
  }

  @Override
  public AccessRight rightOf(Peer peer) {
    return rules.rightOf(peer);
  }

  /**
   * Replaces the access rules, also for attached links. Any thread.
   *
   * @return completes, on {@link #home}, once nothing runs in the store for peers that have lost
   *     the right to their access; nothing of them reaches it after that
   */
  public CompletableFuture<Void> replaceAccess(AccessRules replacement) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    home.execute(
        () -> {
          rules = replacement;
          registry.fenceRevokedLinks(() -> ended.complete(null));
        });
    return ended;
  }

  /** Checks whether the store was moved, replaced or resized. On the monitor's thread. */
  public void look() {
    path.look();
    size.look();
  }

  /** Resizes the store as {@link ExportSize#resize}. Blocks; on the monitor's thread. */
  public long resize(long bytes, boolean mayShrink) throws StoreException {
    return size.resize(bytes, mayShrink);
  }

  /** The export's entry in a peer's listing; null if the peer has no access. Any thread. */
  public Listing.Entry entryFor(Peer peer) {
    Access most = rightOf(peer).limit(mostAccess());
    return most == null
        ? null
        : new Listing.Entry(name(), options.description(), size.refreshed(), most);
  }

  @Override
  public Access mostAccess() {
    return info().readOnly() ? Access.READ_ONLY : options.access();
  }

  @Override
  public int maxLanes() {
    return limits.maxLanes();
  }

  @Override
  public ServerLane newLane(Access access) {
    FrameRequestValidator validator =
        new FrameRequestValidator(
            store.store(), info().minBlock(), limits.maxPayload(), features(), access.writable());
    WritePolicy policy =
        access == Access.SHARED ? options.policy().withWriteThrough() : options.policy();
    return new ServerLane(
        store, validator, policy, limits.window(), limits.maxInFlight(), counters);
  }

  @Override
  public UUID identity() {
    return records.record().identity();
  }

  @Override
  public long freshness() {
    return freshness.number();
  }

  @Override
  public void save(Lease lease, AttachPolicy.SaveOutcome saved) {
    records.save(lease, failure -> home.execute(() -> saved.ended(failure)));
  }

  /**
   * The status of the export. Any thread; answered by {@link #home}.
   *
   * @param sessions that have a link
   */
  public CompletableFuture<ExportStatus> status(List<ExportStatus.Session> sessions) {
    return CompletableFuture.supplyAsync(
        () ->
            new ExportStatus(
                name(),
                mostAccess(),
                info(),
                announcedSize(),
                StoreState.of(store.writeVerifier(), size.trouble(), path.place()),
                identity(),
                freshness(),
                store.writeVerifier().verifier(),
                registry.lease(),
                sessions,
                counters.snapshot()),
        home);
  }

  /** Counts the export's events since the start. */
  public Counters<ServerCounter> counters() {
    return counters;
  }

  /** As {@link ExportSize#announced}. Any thread. */
  public long announcedSize() {
    return size.announced();
  }

  @Override
  public Attached answer(Access access, long leaseEpoch) {
    long bytes = size.refreshed();
    verifierTold = true;
    Attached answer = answer(access, leaseEpoch, bytes);
    UUID endedClean = records.record().endedClean();
    if (endedClean != null) {
      answer = answer.withCleanPredecessor(endedClean);
    }
    answer = answer.withFreshness(freshness());
    if (access.writable()) {
      freshness.used(); // a scheduled increment may have been lost with the previous process
    }
    return size.wasResizedTo(bytes) ? answer.asResized() : answer;
  }

  private Attached answer(Access access, long leaseEpoch, long bytes) {
    return new Attached(
        bytes,
        info().minBlock(),
        info().preferredBlock(),
        limits.maxPayload(),
        limits.window(),
        limits.maxInFlight(),
        features(),
        access,
        limits.maxLanes(),
        identity(),
        leaseEpoch,
        store.writeVerifier().verifier(),
        options.description(),
        Extensions.NONE);
  }

  private int features() {
    return ExportFeatures.of(info(), options.policy());
  }

  /**
   * Closes the store. Nothing of any session may be running.
   *
   * @param drained whether every running request was answered, so that a sync covers everything
   *     that was acknowledged
   */
  public void close(boolean drained) {
    if (drained && verifierTold && !info().readOnly()) {
      CleanShutdown.of(store, Runnable::run, this::noteCleanEnd);
    }
    records.close();
    store.store().close();
  }

  private void noteCleanEnd(UUID verifier) {
    records.change(
        record -> record.withEndedClean(verifier),
        failure -> {
          if (failure != null) {
            log.warn(
                "'{}' was synced, but the clean stop cannot be recorded, so its clients will"
                    + " replay: {}",
                name(),
                failure);
          }
        });
  }
}
