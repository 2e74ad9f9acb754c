package org.dst.server;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.dst.server.export.Export;
import org.dst.server.export.ExportStatus;
import org.dst.server.port.LinkStatus;
import org.dst.server.port.ServerLink;

/** Collects the status of links and exports, each on the event loop that owns it. */
final class StatusCollector {
  private StatusCollector() {}

  static CompletableFuture<List<ExportStatus>> collect(
      Collection<ServerLink> links, Collection<Export> exports) {
    return all(links, ServerLink::status)
        .thenCompose(
            linked -> all(exports, export -> export.status(sessions(export.name(), linked))));
  }

  private static <A, B> CompletableFuture<List<B>> all(
      Collection<A> asked, Function<A, CompletableFuture<B>> question) {
    List<CompletableFuture<B>> answers = asked.stream().map(question).toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(
            done ->
                answers.stream().map(CompletableFuture::join).filter(Objects::nonNull).toList());
  }

  /** The links of one export, by session. */
  private static List<ExportStatus.Session> sessions(String export, List<LinkStatus> links) {
    Map<UUID, List<LinkStatus>> bySession =
        links.stream()
            .filter(link -> link.export().equals(export))
            .sorted(Comparator.comparing(LinkStatus::since))
            .collect(
                Collectors.groupingBy(
                    LinkStatus::session, LinkedHashMap::new, Collectors.toList()));
    return bySession.values().stream().map(StatusCollector::session).toList();
  }

  private static ExportStatus.Session session(List<LinkStatus> links) {
    LinkStatus oldest = links.getFirst();
    return new ExportStatus.Session(
        oldest.client(),
        oldest.peer(),
        oldest.access(),
        oldest.lanes(),
        links.size(),
        links.stream().mapToInt(LinkStatus::inFlight).sum(),
        oldest.since(),
        oldest.protection());
  }
}
