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
import org.dst.server.state.StoreRecognition;
import org.dst.server.state.StoreRecordManager;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.open.Stores;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dstd export}: serves stores until stopped. */
@Command(
    name = "export",
    sortOptions = false,
    description = "Exports files, block devices or memory until stopped.",
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
        "name and backing store of an export; PATH is a file, a block device or mem:[SIZE]; double"
            + " a comma in it. OPTION is one of",
        "  read-only, read-write, shared (several writers at once, every write durable)",
        "  description=TEXT (for 'dst list')",
        "  allow=RULE (who may attach; repeatable)",
        "  create=SIZE (create a missing file, sparse)",
        "  size-limit=SIZE (serve only the first SIZE bytes)",
        "  min-block=SIZE, preferred-block=SIZE (powers of two)",
        "  direct (bypass the page cache, O_DIRECT)",
        "  sync (make every change durable before acknowledging it)",
        "  detect-zeroes=off|on|unmap (turn writes of zeroes into zeroing, or into holes)",
        "  preallocate (allocate the whole file at startup)"
      })
  private List<String> exports;

  @Option(
      names = "--listen",
      paramLabel = "[HOST]:PORT",
      defaultValue = ":7777",
      converter = ListenAddressConverter.class,
      description = "address to listen on; port 0 picks a free port (default: ${DEFAULT-VALUE})")
  private InetSocketAddress listen;

  @Option(names = "--read-only", description = "make exports read-only unless they say read-write")
  private boolean readOnly;

  @Option(names = "--direct", description = "bypass the page cache for all exports (O_DIRECT)")
  private boolean direct;

  @Option(
      names = "--sync",
      description = "make every change durable before acknowledging it, on all exports")
  private boolean sync;

  @Option(
      names = "--allow",
      paramLabel = "RULE",
      split = ",",
      description =
          "who may attach (default: everybody): words such as ro, rw, 192.0.2.0/24, key=NAME or"
              + " public-key=KEY, all of which must match; repeatable; an export's own allow="
              + " replaces it")
  private List<String> allow = new ArrayList<>();

  @Option(
      names = "--access-file",
      paramLabel = "FILE",
      description =
          "read access rules from this file, lines of EXPORT: RULE, and reload it when it changes;"
              + " clients that no rule admits are refused; excludes --allow and allow=")
  private Path accessFile;

  @Option(
      names = "--description",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "description in 'dst list' of exports without their own")
  private String description;

  @Option(
      names = "--event-loops",
      paramLabel = "N",
      description = "threads that serve links, 1 to 1024 (default: one per core, at most 8)")
  private Integer eventLoops;

  @Option(
      names = "--io-threads",
      paramLabel = "N",
      description = "threads for blocking storage I/O, 1 to 1024 (default: 4)")
  private Integer ioThreads;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "auto",
      converter = EngineConverter.class,
      description =
          "I/O engine for the storage: threads, or uring for io_uring; auto picks the faster one"
              + " (default: ${DEFAULT-VALUE})")
  private EngineChoice engine;

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      defaultValue = "auto",
      converter = TransportConverter.class,
      description =
          "how sockets are driven: epoll, io_uring or nio; auto picks what the engine needs, or"
              + " else the first of these that is available (default: ${DEFAULT-VALUE})")
  private TransportChoice transport;

  @Option(
      names = "--max-payload",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description =
          "largest payload of a request on the wire, 64k to 32M; clients split larger requests"
              + " (default: 1M)")
  private Long maxPayload;

  @Mixin private PingOptions pings;

  @Option(
      names = "--state-dir",
      paramLabel = "PATH",
      description =
          "directory for store identities and leases (default: $DST_STATE_DIR, or /var/lib/dst for"
              + " root, or ~/.local/state/dst)")
  private Path stateDirectory;

  @Mixin private ServerSecurityOptions security;

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
    requireUniqueNames(specs);
    ServerOptions options = options();
    ServerSecurityOptions.Checked links = security.checked();
    ExportServer server = server(options, links);
    InetSocketAddress bound;
    AccessFileWatch watch = null;
    try {
      if (accessFile != null) {
        watch = new AccessFileWatch(accessFile, names(specs), server::replaceAccess);
        specs = withRules(specs, watch);
      }
      try (StoreRecognition records =
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
    // Registered before the ready line: whoever reads that may stop the process.
    ProgramLifecycle.onSignal(
        () -> {
          server.close(); // takes a while, during which 'dstd status' still answers
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

  /** The exports with the rules of the access file, which is then the only source of rules. */
  private static List<ExportSpec> withRules(List<ExportSpec> specs, AccessFileWatch file)
      throws UserError, IOException {
    if (specs.stream().anyMatch(spec -> spec.export().rules() != AccessRules.EVERYBODY)) {
      throw new UserError(
          ExitCode.USAGE,
          "--access-file holds the rules of all exports; it excludes --allow and allow=");
    }
    try {
      Map<String, AccessRules> rules = file.read();
      return specs.stream().map(spec -> spec.with(rules.get(spec.export().name()))).toList();
    } catch (IllegalArgumentException wrong) {
      throw new UserError(ExitCode.USAGE, wrong.getMessage());
    }
  }

  private StoreRecognition records() throws IOException {
    return new StateDirectory(StateDirectories.exports(stateDirectory)).opening();
  }

  private static void add(ExportServer server, ExportSpec spec, StoreRecognition records)
      throws IOException {
    BlockStore store = Stores.open(spec.location(), spec.store());
    boolean taken = false;
    try {
      server.add(spec.export(), store, recordOf(spec, store, records));
      taken = true;
    } finally {
      if (!taken) {
        store.close();
      }
    }
  }

  /** A memory store has a new identity after every start, so its record is not kept on disk. */
  private static StoreRecordManager recordOf(
      ExportSpec spec, BlockStore store, StoreRecognition records) throws IOException {
    return spec.isMemory()
        ? StoreRecordManager.inMemory()
        : StoreRecordManager.in(records.open(spec.export().name(), store));
  }

  private static void requireUniqueNames(List<ExportSpec> specs) throws UserError {
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
      WritePolicy policy = sync ? WritePolicy.AS_ASKED.withWriteThrough() : WritePolicy.AS_ASKED;
      return new ExportSpec.Defaults(
          description, readOnly, AccessRules.parse(allow), store, policy);
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
