package org.dst.client;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.dst.client.link.LinkFailure;
import org.dst.client.link.ServerAddress;
import org.dst.client.session.SessionOptions;
import org.dst.client.state.AttachTarget;
import org.dst.client.state.ClientState;
import org.dst.client.state.Predecessor;
import org.dst.client.state.StateFiles;
import org.dst.protocol.Access;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which predecessor a session succeeds: which one the next attach presents, what a refusal
 * means for that, and which state files are merged when the attach is granted. Sends nothing
 * itself. For one thread that may block.
 *
 * <p>A secret session id is presented only to a server that is known to have, or says that it has,
 * the store that the session was on.
 */
final class Succession {
  private static final Logger log = LoggerFactory.getLogger(Succession.class);

  private final SessionOptions options;
  private final boolean acceptOtherStore;
  private final StateFiles files;
  private final AttachTarget target;
  private final SecureRandom random = new SecureRandom();

  /** Sessions that may hold the lease and were not presented yet. */
  private final Deque<UUID> candidates = new ArrayDeque<>();

  /** Files that are merged into {@link #file} when the attach is granted. */
  private final List<ClientState> merged = new ArrayList<>();

  private ClientState file;
  private UUID pinned;
  private UUID session;
  private boolean takeOver;

  /** The file about another store than the server has; null if there is none. */
  private ClientState former;

  /** Whether the store named by a refusal was looked up already. */
  private boolean followed;

  /**
   * Claims the state file of the export.
   *
   * @throws IOException if a running process holds it, or it cannot be used
   */
  Succession(SessionOptions options, StateOptions state) throws IOException {
    this.options = options;
    acceptOtherStore = state.acceptOtherStore();
    files = state.directory() == null ? null : new StateFiles(state.directory());
    target =
        new AttachTarget(
            options.export(), options.servers().stream().map(ServerAddress::toString).toList());
    takeOver = options.takeOver();
    if (files != null) {
      answerFor(files.claim(target));
      // The server cannot tell another client of this machine from the one to be taken over.
      takeOver = takeOver && !files.anyLiving(file);
    }
  }

  private void answerFor(ClientState claimed) {
    file = claimed;
    Predecessor predecessor = claimed.predecessor();
    candidates.clear();
    if (predecessor != null) {
      candidates.addAll(predecessor.sessions());
    }
    pinned = predecessor == null ? null : predecessor.identity();
  }

  /**
   * The identity for the next attach; its session id is durable.
   *
   * @throws IOException if the state file cannot be written
   */
  SessionOptions.Identity next() throws IOException {
    UUID named = named();
    session = new UUID(random.nextLong(), random.nextLong());
    if (file != null) {
      file.propose(session);
    }
    return new SessionOptions.Identity(session, named, pinned, hasMore(), knownOf(pinned));
  }

  /** The highest freshness of a store that is on record here; 0 if none. */
  private long knownOf(UUID store) {
    return aboutStore(store).mapToLong(ClientState::freshness).max().orElse(0);
  }

  private Stream<ClientState> aboutStore(UUID store) {
    return Stream.concat(Stream.ofNullable(file), merged.stream())
        .filter(state -> store != null && store.equals(pinnedBefore(state)));
  }

  private UUID named() {
    if (!candidates.isEmpty()) {
      return candidates.poll();
    }
    Predecessor predecessor = file == null ? null : file.predecessor();
    return predecessor == null ? Attach.NO_SESSION : predecessor.sessions().getFirst();
  }

  private boolean hasMore() {
    return file != null
        && (!candidates.isEmpty()
            || takeOver != options.takeOver()
            || (!followed && pinned == null));
  }

  /** The options for the next attach. */
  SessionOptions options() {
    return options.withTakeOver(takeOver);
  }

  /**
   * The attach failed.
   *
   * @param inDoubt whether the server may have granted it all the same
   * @return whether to attach again
   * @throws IOException if another attach cannot succeed, for a reason on this machine
   */
  boolean failed(LinkFailure why, boolean inDoubt) throws IOException {
    if (file == null) {
      return false;
    }
    if (!inDoubt) {
      file.withdraw(session);
    }
    return switch (why.refusal()) {
      case BUSY -> presentNext(why.store());
      case NOT_ALLOWED -> beginTakeOver();
      case IDENTITY -> switchStore(why);
      default -> false;
    };
  }

  private boolean presentNext(UUID told) throws IOException {
    boolean canFollow = !followed && pinned == null && told != null;
    if (canFollow && follow(told)) {
      return true;
    }
    return !candidates.isEmpty() || beginTakeOver() || isPatientAgain();
  }

  /** Switches to the file about the store that the server has, if there is one. */
  private boolean follow(UUID told) throws IOException {
    followed = true;
    List<ClientState> about = files.claimStore(told, file);
    if (about.isEmpty()) {
      return false;
    }
    List<UUID> others = List.copyOf(candidates);
    ClientState before = file;
    answerFor(about.getFirst());
    merged.addAll(about.subList(1, about.size()));
    if (pinnedBefore(before) == null) {
      candidates.addAll(others);
      merged.add(before);
    } else {
      former = before;
    }
    log.info(
        "export '{}' is store {}, which this machine attached at another address before; resuming"
            + " that session",
        options.export(),
        told);
    return true;
  }

  private static UUID pinnedBefore(ClientState state) {
    Predecessor predecessor = state.predecessor();
    return predecessor == null ? null : predecessor.identity();
  }

  private boolean beginTakeOver() {
    boolean begins = options.takeOver() && !takeOver;
    takeOver = options.takeOver();
    return begins;
  }

  /** All predecessors were presented: a patient client waits for the holder to detach. */
  private boolean isPatientAgain() {
    return options.patient();
  }

  private boolean switchStore(LinkFailure why) throws IOException {
    Predecessor held = file.predecessor();
    if (former != null || held == null || why.store() == null) {
      return false;
    }
    if (follow(why.store())) {
      log.warn("{}; the state of the former store stays in {}", why.text(), former.path());
      return true;
    }
    if (!acceptOtherStore) {
      throw new WrongStoreException(why.text(), held);
    }
    former = file;
    answerFor(files.claimNew(target));
    pinned = why.store();
    return true;
  }

  /**
   * The attach was granted.
   *
   * @return all predecessors that the session succeeds
   * @throws IOException if a running process of this machine has the store attached, or the store
   *     was rolled back since one of them saw it
   */
  List<Predecessor> predecessors(Attached answer) throws IOException {
    if (file == null) {
      return List.of();
    }
    UUID store = answer.identity();
    if (!store.equals(pinned)) {
      merged.addAll(files.claimStore(store, file));
      requireFresh(answer);
    }
    List<Predecessor> all = new ArrayList<>();
    all.add(file.predecessor());
    merged.forEach(other -> all.add(other.predecessor()));
    all.removeIf(Objects::isNull);
    return all;
  }

  /**
   * Compares the freshness here, because the server was not told which store this is about. A
   * writer's attach raises the freshness by one, so repeated attaches would catch up: the recorded
   * one is raised with it.
   */
  private void requireFresh(Attached answer) throws IOException {
    UUID store = answer.identity();
    long told = answer.freshness();
    long before = answer.access() == Access.READ_WRITE ? told - 1 : told;
    long known = knownOf(store);
    if (told >= 0 && before < known) {
      aboutStore(store).forEach(state -> state.freshness(told + 1));
      throw new StoreRolledBackException(options.export(), before, known);
    }
  }

  /** Records the granted session in the state file, and removes the files that it succeeds. */
  void begin(UUID store, DeferredMarker[] markers) throws IOException {
    if (file == null) {
      return;
    }
    long freshness = knownOf(store);
    file.begin(session, store, markers.length, target);
    file.freshness(freshness);
    for (int lane = 0; lane < markers.length; lane++) {
      markers[lane].start(file.marker(lane));
    }
    for (ClientState other : merged) {
      other.remove();
    }
    merged.clear();
    forgetFormer();
    files.settled(target, file);
  }

  private void forgetFormer() throws IOException {
    if (former == null) {
      return;
    }
    if (acceptOtherStore) {
      log.warn(
          "discarded the state of the former store {}{}; accepted by --accept-other-store",
          pinnedBefore(former),
          former.predecessor().unflushed() ? ", which had unflushed writes" : "");
      former.remove();
    } else {
      former.close();
    }
    former = null;
  }

  /** The state file; null without a state directory. */
  ClientState file() {
    return file;
  }

  /**
   * Gives up attaching; the state files keep what they said before.
   *
   * @param mayHold whether the server may still hold the last attach as granted
   */
  void abandon(boolean mayHold) {
    if (file == null) {
      return;
    }
    if (!mayHold && session != null) {
      file.withdraw(session);
    }
    merged.add(file);
    if (former != null) {
      merged.add(former);
    }
    for (ClientState each : merged) {
      try {
        each.close();
      } catch (IOException failed) {
        log.warn("cannot close the state file: {}", failed.getMessage());
      }
    }
  }
}
