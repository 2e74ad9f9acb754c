package org.dst.cli.export;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.dst.cli.command.CommonOptions;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.ProgramLifecycle;
import org.dst.cli.command.UserError;
import org.dst.cli.control.ControlSocket;
import org.dst.cli.option.EngineConverter;
import org.dst.cli.option.ListenAddressConverter;
import org.dst.cli.option.PingOptions;
import org.dst.cli.option.SizeConverter;
import org.dst.cli.option.StateDirectories;
import org.dst.cli.option.TransportConverter;
import org.dst.cli.security.KeyReloader;
import org.dst.cli.security.ServerSecurityOptions;
import org.dst.platform.loop.TransportChoice;
import org.dst.protocol.Limits;
import org.dst.server.ExportServer;
import org.dst.server.ServerOptions;
import org.dst.server.access.AccessFileWatch;
import org.dst.server.access.AccessRules;
import org.dst.server.engine.EngineChoice;
import org.dst.server.lane.WritePolicy;
import org.dst.server.state.StateDirectory;
import org.dst.server.state.StoreOpening;
import org.dst.server.state.StoreRecordManager;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dstd export}: serves stores until it is told to stop. */
@Command(
    name = "export",
    sortOptions = false,
    description = "Serves files, block devices or memory until it is told to stop.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dstd export disk=/srv/disk.img,create=20G --key-file disk.key",
      "  dstd export backup=/dev/sdb,read-only scratch=mem:1G --key-dir /etc/dst/keys",
      "  dstd export disk=/srv/disk.img --private-key storage \\",
      "      --allowed-clients /etc/dst/clients",
      "  dstd export 'disk=/srv/disk.img,allow=rw key=node7,allow=ro 10.0.0.0/8' \\",
      "      --key-dir /etc/dst/keys",
      "  dstd export disk=/srv/disk.img --listen 127.0.0.1:7777"
    })
public final class ExportCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  @Parameters(
      arity = "1..*",
      paramLabel = "NAME=PATH[,OPTION...]",
      description = {
        "what to export under which name; PATH is a file, a block device or mem:[SIZE]; a comma in"
            + " it is written twice. OPTION is one of",
        "  read-only, read-write, shared (several writers at once, every write durable)",
        "  description=TEXT (for 'dst list')",
        "  allow=RULE (who may use it; may be repeated)",
        "  create=SIZE (make the file, sparse, if it is missing)",
        "  size-limit=SIZE (serve the first bytes only)",
        "  min-block=SIZE, preferred-block=SIZE (powers of two)",
        "  direct (past the kernel's page cache)",
        "  sync (every change is durable before it is acknowledged)",
        "  detect-zeroes=off|on|unmap (writes of zeroes become zeroes, or holes)",
        "  preallocate (take the space of the whole file at the start)"
      })
  private List<String> exports;

  @Option(
      names = "--listen",
      paramLabel = "[HOST]:PORT",
      defaultValue = ":7777",
      converter = ListenAddressConverter.class,
      description = "where to listen (default: ${DEFAULT-VALUE}); port 0 takes a free one")
  private InetSocketAddress listen;

  @Option(names = "--read-only", description = "export read-only what does not say read-write")
  private boolean readOnly;

  @Option(
      names = "--direct",
      description = "read and write all exports past the kernel's page cache (O_DIRECT)")
  private boolean direct;

  @Option(
      names = "--sync",
      description = "make every change of all exports durable before it is acknowledged")
  private boolean sync;

  @Option(
      names = "--allow",
      paramLabel = "RULE",
      split = ",",
      description =
          "who may use the exports (default: all): words like ro or rw, 192.0.2.0/24, key=NAME,"
              + " public-key=KEY, all of which have to hold; may be repeated; an export's own"
              + " allow= replaces it")
  private List<String> allow = new ArrayList<>();

  @Option(
      names = "--access-file",
      paramLabel = "FILE",
      description =
          "read who may use the exports from this file, lines of EXPORT: RULE, and again whenever"
              + " it changes; nobody else may; not beside --allow and allow=")
  private Path accessFile;

  @Option(
      names = "--description",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "what 'dst list' says of exports without a description of their own")
  private String description;

  @Option(
      names = "--event-loops",
      paramLabel = "N",
      description =
          "threads that serve the links, 1 to 1024 (default: as many as cores, at most 8)")
  private Integer eventLoops;

  @Option(
      names = "--io-threads",
      paramLabel = "N",
      description = "threads that wait for the storage, 1 to 1024 (default: 4)")
  private Integer ioThreads;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "auto",
      converter = EngineConverter.class,
      description =
          "how calls to the storage are made: by threads, by io_uring (uring), or auto, which takes"
              + " what is faster (default: ${DEFAULT-VALUE})")
  private EngineChoice engine;

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      defaultValue = "auto",
      converter = TransportConverter.class,
      description =
          "how the links are served: by epoll, io_uring or nio, or auto, which takes what the"
              + " engine works on, else the first of these that this machine has"
              + " (default: ${DEFAULT-VALUE})")
  private TransportChoice transport;

  @Option(
      names = "--max-payload",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description =
          "bytes of the largest request on the wire, 64k to 32M; clients split what is larger"
              + " (default: 1M)")
  private Long maxPayload;

  @Mixin private PingOptions pings;

  @Option(
      names = "--state-dir",
      paramLabel = "PATH",
      description =
          "remember here which store is which and who may write to it (default: $DST_STATE_DIR, or"
              + " /var/lib/dst for root, or ~/.local/state/dst)")
  private Path stateDirectory;

  @Mixin private ServerSecurityOptions protection;

  @Mixin private CommonOptions common;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() throws UserError, InterruptedException {
    List<ExportSpec> specs = new ArrayList<>();
    for (String text : exports) {
      specs.add(ExportSpec.parse(text, defaults()));
    }
    requireDifferentNames(specs);
    ServerOptions options = options();
    ServerSecurityOptions.Checked links = protection.checked();
    ExportServer server = server(options, links);
    InetSocketAddress bound;
    AccessFileWatch watch = null;
    try {
      if (accessFile != null) {
        watch = new AccessFileWatch(accessFile, names(specs), server::replaceAccess);
        specs = withRules(specs, watch);
      }
      try (StoreOpening records =
          specs.stream().allMatch(ExportSpec::isMemory) ? null : records()) {
        for (ExportSpec spec : specs) {
          add(server, spec, records);
        }
      }
      KeyReloader.start(server, links);
      bound = server.listen(listen);
    } catch (UserError wrong) {
      server.close();
      throw wrong;
    } catch (IOException | IllegalArgumentException unusable) {
      server.close();
      throw new UserError(ExitCode.LOCAL, unusable.getMessage());
    }
    if (watch != null) {
      watch.start();
    }
    ControlSocket control = control(server);
    // Before anybody is told that it is ready, and may tell it to stop.
    ProgramLifecycle.onSignal(
        () -> {
          server.close(); // which takes a while, and can be looked at
          control.close();
        });
    System.out.printf(
        "dstd: listening on %s (%d export%s; %s)%n",
        ListenAddressConverter.show(bound),
        specs.size(),
        specs.size() == 1 ? "" : "s",
        links.summary());
    System.out.flush();
    ProgramLifecycle.stayUp();
    return ExitCode.OK.code();
  }

  private static ExportServer server(ServerOptions options, ServerSecurityOptions.Checked links)
      throws UserError {
    try {
      return new ExportServer(options, links.options(), links.crypto());
    } catch (IllegalArgumentException notHere) {
      throw new UserError(ExitCode.LOCAL, notHere.getMessage());
    }
  }

  private ControlSocket control(ExportServer server) {
    return ControlSocket.open(
        StateDirectories.control(stateDirectory), "dstd", new ServerControl(server));
  }

  private static List<String> names(List<ExportSpec> specs) {
    return specs.stream().map(spec -> spec.export().name()).toList();
  }

  /** The exports with the rules of the access file, which is then the only place that has any. */
  private static List<ExportSpec> withRules(List<ExportSpec> specs, AccessFileWatch file)
      throws UserError, IOException {
    if (specs.stream().anyMatch(spec -> spec.export().rules() != AccessRules.EVERYBODY)) {
      throw new UserError(
          ExitCode.USAGE,
          "--access-file has the rules of all exports; it cannot be used beside --allow or allow=");
    }
    try {
      Map<String, AccessRules> rules = file.read();
      return specs.stream().map(spec -> spec.with(rules.get(spec.export().name()))).toList();
    } catch (IllegalArgumentException wrong) {
      throw new UserError(ExitCode.USAGE, wrong.getMessage());
    }
  }

  private StoreOpening records() throws IOException {
    return new StateDirectory(StateDirectories.exports(stateDirectory)).opening();
  }

  private static void add(ExportServer server, ExportSpec spec, StoreOpening records)
      throws IOException {
    BlockStore store = Stores.open(spec.location(), spec.store());
    boolean taken = false;
    try {
      server.add(spec.export(), store, keeper(spec, store, records));
      taken = true;
    } finally {
      if (!taken) {
        store.close();
      }
    }
  }

  /** A store in memory is another one after every start, and so nothing of it is kept. */
  private static StoreRecordManager keeper(ExportSpec spec, BlockStore store, StoreOpening records)
      throws IOException {
    return spec.isMemory()
        ? StoreRecordManager.inMemory()
        : StoreRecordManager.in(records.open(spec.export().name(), store));
  }

  private static void requireDifferentNames(List<ExportSpec> specs) throws UserError {
    Set<String> names = new HashSet<>();
    for (ExportSpec spec : specs) {
      if (!names.add(spec.export().name())) {
        throw new UserError(
            ExitCode.USAGE, "two exports are named '%s'".formatted(spec.export().name()));
      }
    }
  }

  private ExportSpec.Defaults defaults() throws UserError {
    try {
      StoreOptions store = direct ? StoreOptions.DEFAULT.asDirect() : StoreOptions.DEFAULT;
      WritePolicy changes = sync ? WritePolicy.AS_ASKED.withWriteThrough() : WritePolicy.AS_ASKED;
      return new ExportSpec.Defaults(
          description, readOnly, AccessRules.parse(allow), store, changes);
    } catch (IllegalArgumentException wrong) {
      throw new UserError(ExitCode.USAGE, wrong.getMessage());
    }
  }

  private ServerOptions options() throws UserError {
    if (maxPayload != null && maxPayload > Limits.MAX_PAYLOAD) {
      throw new UserError(
          ExitCode.USAGE, "--max-payload %d (expected: 64k to 32M)".formatted(maxPayload));
    }
    PingOptions.Pings pinging = pings.pings();
    try {
      return ServerOptions.defaults()
          .with(eventLoops, ioThreads, maxPayload)
          .withIo(engine, transport)
          .withPings(pinging.interval(), pinging.timeout());
    } catch (IllegalArgumentException wrong) {
      throw new UserError(ExitCode.USAGE, wrong.getMessage());
    }
  }
}
