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
 * Whose place a session takes: which predecessor the next attach names, what a refusal means for
 * that, and which state files the session answers for when it is granted. Sends nothing itself. For
 * one thread that may block.
 *
 * <p>A secret session id is named only to a server of which the machine knows that it has, or of
 * which it tells that it has, the store that the session was on.
 */
final class Succession {
  private static final Logger log = LoggerFactory.getLogger(Succession.class);

  private final SessionOptions options;
  private final boolean acceptOtherStore;
  private final StateFiles files;
  private final AttachTarget target;
  private final SecureRandom random = new SecureRandom();

  /** Sessions that may hold the lease and were not named yet. */
  private final Deque<UUID> unnamed = new ArrayDeque<>();

  /** Files that end with the attach, one way or the other. */
  private final List<ClientState> merged = new ArrayList<>();

  private ClientState file;
  private UUID pinned;
  private UUID session;
  private boolean takeOver;

  /** About another store than the server has; null if there is none. */
  private ClientState former;

  /** Whether a refusal has led to the file of the store that it told. */
  private boolean followed;

  /**
   * Claims the state file of that export.
   *
   * @throws IOException if a living process has it, or it cannot be used
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
      // The server cannot tell a second client of this machine from the one to be put out.
      takeOver = takeOver && !files.anyLiving(file);
    }
  }

  private void answerFor(ClientState claimed) {
    file = claimed;
    Predecessor predecessor = claimed.predecessor();
    unnamed.clear();
    if (predecessor != null) {
      unnamed.addAll(predecessor.sessions());
    }
    pinned = predecessor == null ? null : predecessor.identity();
  }

  /**
   * Who the next attach says it is; its session id is durable.
   *
   * @throws IOException if it cannot be made so
   */
  SessionOptions.Identity next() throws IOException {
    UUID named = named();
    session = new UUID(random.nextLong(), random.nextLong());
    if (file != null) {
      file.propose(session);
    }
    return new SessionOptions.Identity(session, named, pinned, hasMore(), knownOf(pinned));
  }

  /** How fresh a store has been at least; 0 if no file of this session knows. */
  private long knownOf(UUID store) {
    return aboutStore(store).mapToLong(ClientState::freshness).max().orElse(0);
  }

  private Stream<ClientState> aboutStore(UUID store) {
    return Stream.concat(Stream.ofNullable(file), merged.stream())
        .filter(state -> store != null && store.equals(pinnedBefore(state)));
  }

  private UUID named() {
    if (!unnamed.isEmpty()) {
      return unnamed.poll();
    }
    Predecessor predecessor = file == null ? null : file.predecessor();
    return predecessor == null ? Attach.NO_SESSION : predecessor.sessions().getFirst();
  }

  private boolean hasMore() {
    return file != null
        && (!unnamed.isEmpty() || takeOver != options.takeOver() || (!followed && pinned == null));
  }

  /** How the next attach is made. */
  SessionOptions options() {
    return options.withTakeOver(takeOver);
  }

  /**
   * The attach failed.
   *
   * @param inDoubt whether it may have been granted all the same
   * @return whether to attach again
   * @throws IOException if that cannot succeed, for a reason of this machine's
   */
  boolean failed(LinkFailure why, boolean inDoubt) throws IOException {
    if (file == null) {
      return false;
    }
    if (!inDoubt) {
      file.withdraw(session);
    }
    return switch (why.refusal()) {
      case BUSY -> nameAnother(why.store());
      case NOT_ALLOWED -> beginTakeOver();
      case IDENTITY -> leaveStore(why);
      default -> false;
    };
  }

  private boolean nameAnother(UUID told) throws IOException {
    boolean canFollow = !followed && pinned == null && told != null;
    if (canFollow && follow(told)) {
      return true;
    }
    return !unnamed.isEmpty() || beginTakeOver() || isPatientAgain();
  }

  /** Takes the file of the store that the server has, if this machine has one. */
  private boolean follow(UUID told) throws IOException {
    followed = true;
    List<ClientState> about = files.claimStore(told, file);
    if (about.isEmpty()) {
      return false;
    }
    List<UUID> others = List.copyOf(unnamed);
    ClientState before = file;
    answerFor(about.getFirst());
    merged.addAll(about.subList(1, about.size()));
    if (pinnedBefore(before) == null) {
      unnamed.addAll(others);
      merged.add(before);
    } else {
      former = before;
    }
    log.info(
        "the store of '{}' is {}, which a client of this machine held elsewhere before: taking its"
            + " place",
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

  /** Everybody was named: a patient client waits for the holder to leave. */
  private boolean isPatientAgain() {
    return options.patient();
  }

  private boolean leaveStore(LinkFailure why) throws IOException {
    Predecessor held = file.predecessor();
    if (former != null || held == null || why.store() == null) {
      return false;
    }
    if (follow(why.store())) {
      log.warn("{}; what is known of the former store stays in {}", why.text(), former.path());
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
   * @return all whose place it takes
   * @throws IOException if a living process of this machine has the store attached, or the store is
   *     in an earlier state than one of them has seen it in
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
   * The server could not compare, as it was not told which store this is about, and the attach of a
   * writer has made its store fresher by one step. So that attaching again and again does not make
   * it fresh enough, what it has become now is not enough either.
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

  /** Makes the state file the session's own, and ends what it has taken the place of. */
  void begin(UUID store, DeferredJournal[] journals) throws IOException {
    if (file == null) {
      return;
    }
    long freshness = knownOf(store);
    file.begin(session, store, journals.length, target);
    file.freshness(freshness);
    for (int lane = 0; lane < journals.length; lane++) {
      journals[lane].start(file.journal(lane));
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
          "the former store {} is forgotten{}; accepted by --accept-other-store",
          pinnedBefore(former),
          former.predecessor().unflushed() ? ", with writes that were not flushed" : "");
      former.remove();
    } else {
      former.close();
    }
    former = null;
  }

  /** The state file; null if nothing is kept. */
  ClientState file() {
    return file;
  }

  /**
   * Gives up; what was known before stays.
   *
   * @param mayHold whether the server may have granted the last attach, and not have it back
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
        log.warn("cannot give up the state file: {}", failed.getMessage());
      }
    }
  }
}
