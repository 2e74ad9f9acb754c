package org.dst.server;

import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.dst.protocol.Access;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.Features;
import org.dst.protocol.message.Listing;
import org.dst.server.access.AccessRight;
import org.dst.server.access.AccessRules;
import org.dst.server.access.Peer;
import org.dst.server.engine.CleanShutdown;
import org.dst.server.engine.StoreHandle;
import org.dst.server.engine.StoreVerifier;
import org.dst.server.engine.SyncGate;
import org.dst.server.session.AttachPolicy;
import org.dst.server.session.FrameRequestValidator;
import org.dst.server.session.Lease;
import org.dst.server.session.ServerCounter;
import org.dst.server.session.ServerLane;
import org.dst.server.session.SessionRegistry;
import org.dst.server.session.WritePolicy;
import org.dst.server.state.StoreRecordManager;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A named store that the server offers, and the registry at which clients attach to it. */
public final class Export implements AttachPolicy {
  private static final Logger log = LoggerFactory.getLogger(Export.class);

  private final ExportOptions options;
  private final ServerOptions limits;
  private final StoreHandle store;
  private final EventLoop home;
  private final SessionRegistry registry;
  private final StoreRecordManager keeper;
  private final SizeWatcher follower;
  private final PathWatcher place;
  private final FreshnessUpdater freshness;

  /** The size that the export was given while this server serves it; negative if it was not. */
  private volatile long resizedTo = -1;

  /** Whether a client may know the verifier of this lifetime. */
  private volatile boolean verifierTold;

  /** Written on {@link #home} only, where attaches are decided by them. */
  private volatile AccessRules rules;

  private final Counters<ServerCounter> counters = new Counters<>(ServerCounter.class);

  /**
   * An export without sessions.
   *
   * @param store closed by {@link #close}
   * @param keeper of the store's identity and lease, closed by {@link #close}
   * @param home the event loop on which attaches are decided
   */
  Export(
      ExportOptions options,
      ServerOptions limits,
      BlockStore store,
      StoreRecordManager keeper,
      EventLoop home) {
    this.options = options;
    rules = options.rules();
    this.limits = limits;
    this.store = new StoreHandle(store, new SyncGate(), new StoreVerifier(UUID::randomUUID));
    this.keeper = keeper;
    this.follower = new SizeWatcher(store);
    this.place = new PathWatcher(options.name(), store);
    this.freshness =
        new FreshnessUpdater(
            options.name(), keeper, home, this::freshened, store.info().readOnly());
    this.home = home;
    registry = new SessionRegistry(this, InstantSource.system(), keeper.record().lease(), counters);
    this.store
        .health()
        .onFailure(
            () ->
                home.execute(() -> registry.fenceAfterFailedSync(this.store.health().verifier())));
    this.store.health().onConfirmed(freshness::used);
  }

  private void freshened() {
    registry.freshened();
  }

  /** By which clients attach. */
  public String name() {
    return options.name();
  }

  /** The store's own facts. */
  public StoreInfo info() {
    return store.store().info();
  }

  /** Where attaches are decided; only on {@link #home}. */
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
   * Other rules hold from now on, for links that are up as well. Any thread.
   *
   * @return completes, on {@link #home}, once nothing runs in the store of those who have lost what
   *     they need; from then on nothing of them reaches it
   */
  CompletableFuture<Void> replaceAccess(AccessRules replacement) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    home.execute(
        () -> {
          rules = replacement;
          registry.fenceRevokedLinks(() -> ended.complete(null));
        });
    return ended;
  }

  /** One look at what others do to the store while it is served. On the thread that looks. */
  void look() {
    place.look();
    followSize();
  }

  private void followSize() {
    long former = follower.size();
    if (follower.look()) {
      announce(former, follower.size());
    }
  }

  private void announce(long former, long size) {
    log.info("the size of '{}' was {} bytes and is {} now", name(), former, size);
    resizedTo = size;
    home.execute(registry::resized);
  }

  /**
   * Gives the store another size and tells the clients. Blocks; on the thread that looks.
   *
   * @return the former size
   * @throws IllegalArgumentException if it would be smaller and may not
   * @throws StoreException as {@link BlockStore#resize}
   */
  long resize(long size, boolean mayShrink) throws StoreException {
    followSize();
    long former = follower.size();
    if (size < former && !mayShrink) {
      throw new IllegalArgumentException(
          "export '%s' has %d bytes; to make it %d cuts off what is behind (--shrink does so)"
              .formatted(name(), former, size));
    }
    store.store().resize(size);
    follower.resized(size);
    if (size != former) {
      announce(former, size);
    }
    return former;
  }

  /** The export in a list for that peer; null if it is not for it. Any thread. */
  public Listing.Entry entryFor(Peer peer) {
    Access most = rightOf(peer).limit(mostAccess());
    return most == null ? null : new Listing.Entry(name(), options.description(), size(), most);
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
    WritePolicy changes =
        access == Access.SHARED ? options.changes().withWriteThrough() : options.changes();
    return new ServerLane(
        store, validator, changes, limits.window(), limits.maxInFlight(), counters);
  }

  @Override
  public UUID identity() {
    return keeper.record().identity();
  }

  @Override
  public long freshness() {
    return freshness.number();
  }

  @Override
  public void save(Lease lease, AttachPolicy.SaveOutcome saved) {
    keeper.save(lease, failure -> home.execute(() -> saved.ended(failure)));
  }

  /**
   * What is to be known of the export now. Any thread; answered by {@link #home}.
   *
   * @param sessions that have a link
   */
  CompletableFuture<ExportStatus> status(List<ExportStatus.Session> sessions) {
    return CompletableFuture.supplyAsync(
        () ->
            new ExportStatus(
                name(),
                mostAccess(),
                info(),
                announcedSize(),
                StoreState.of(store.health(), follower.trouble(), place.place()),
                identity(),
                freshness(),
                store.health().verifier(),
                registry.lease(),
                sessions,
                counters.snapshot()),
        home);
  }

  /** What happened to the export so far. */
  public Counters<ServerCounter> counters() {
    return counters;
  }

  /** The same; what has grown since the last look is in it. */
  private long size() {
    store.store().size();
    return announcedSize();
  }

  /**
   * The size that clients are told, in bytes. While a cut waits for changes that have begun, the
   * store already refuses what is behind the new end; but the cut may still fail, so until it has
   * succeeded the former size is the one to be told. Any thread.
   */
  public long announcedSize() {
    return Math.max(follower.size(), store.store().knownSize());
  }

  @Override
  public Attached answer(Access access, long leaseEpoch) {
    long size = size();
    verifierTold = true;
    Attached answer = answer(access, leaseEpoch, size);
    UUID endedClean = keeper.record().endedClean();
    if (endedClean != null) {
      answer = answer.withCleanPredecessor(endedClean);
    }
    answer = answer.withFreshness(freshness());
    if (access.writable()) {
      freshness.used(); // a step that was planned may have died with the process before
    }
    return resizedTo == size ? answer.asResized() : answer;
  }

  private Attached answer(Access access, long leaseEpoch, long size) {
    return new Attached(
        size,
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
        store.health().verifier(),
        options.description(),
        Extensions.NONE);
  }

  private int features() {
    StoreInfo info = info();
    int features =
        Features.FLUSH
            | Features.FUA
            | Features.WRITE_ZEROES
            | Features.CACHE
            | Features.BLOCK_STATUS;
    features |= info.canTrim() ? Features.TRIM : 0;
    features |= info.canFastZero() ? Features.FAST_ZERO : 0;
    features |= options.changes().writeThrough() ? Features.WRITE_THROUGH : 0;
    features |= info.rotational() ? Features.ROTATIONAL : 0;
    return features;
  }

  /**
   * Gives the store back. Nothing of any session runs any more.
   *
   * @param drained whether every request that had begun was answered, so that a sync covers all
   *     that clients know of
   */
  void close(boolean drained) {
    if (drained && verifierTold && !info().readOnly()) {
      CleanShutdown.of(store, Runnable::run, this::noteCleanEnd);
    }
    keeper.close();
    store.store().close();
  }

  private void noteCleanEnd(UUID verifier) {
    keeper.change(
        record -> record.withEndedClean(verifier),
        failure -> {
          if (failure != null) {
            log.warn(
                "'{}' was synced, but that cannot be noted, so that its clients will replay: {}",
                name(),
                failure);
          }
        });
  }
}
