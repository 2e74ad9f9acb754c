package org.dst.cli.attach;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dst.cli.command.CommonOptions;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.ProgramLifecycle;
import org.dst.cli.command.TextFormat;
import org.dst.cli.command.UserError;
import org.dst.cli.control.ControlSocket;
import org.dst.cli.option.ListenAddressConverter;
import org.dst.cli.option.SizeConverter;
import org.dst.cli.option.StateDirectories;
import org.dst.cli.option.TransportConverter;
import org.dst.cli.query.ServerQueries;
import org.dst.cli.security.ClientSecurityOptions;
import org.dst.cli.status.AttachmentStatusJson;
import org.dst.client.Attachment;
import org.dst.client.StateOptions;
import org.dst.client.kernel.DeviceOptions;
import org.dst.client.kernel.MemoryHardening;
import org.dst.client.link.ServerAddress;
import org.dst.client.session.SessionOptions;
import org.dst.platform.loop.TransportChoice;
import org.dst.protocol.Access;
import org.dst.protocol.Limits;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dst attach}: serves a remote export on a local NBD socket. */
@Command(
    name = "attach",
    sortOptions = false,
    description =
        "Serves a remote export on a local NBD socket, or as a kernel block device, until stopped.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dst attach storage/disk --socket /run/disk.sock --key-file disk.key",
      "  dst attach storage/disk --socket /run/disk.sock --private-key node7 \\",
      "      --server-key storage.pub --max-resends unlimited",
      "  dst attach 192.0.2.1,198.51.100.1/disk --socket /run/disk.sock \\",
      "      --key-file disk.key --wait",
      "  dst attach 127.0.0.1:7777/backup --read-only --listen 127.0.0.1:10809",
      "  dst attach storage/disk --device /dev/nbd0 --key-file disk.key",
      "Then connect to it, for example with:",
      "  nbd-client -unix /run/disk.sock /dev/nbd0 -b 4096",
      "  qemu-img info 'nbd+unix:///disk?socket=/run/disk.sock'"
    })
public final class AttachCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  @Parameters(
      paramLabel = "HOST[:PORT][,...]/EXPORT",
      description =
          "the server and the export; several addresses of one server are tried in turn (default"
              + " port: 7777)")
  private String target;

  @ArgGroup(exclusive = true)
  private Local local = new Local();

  /** Where NBD is served. */
  static final class Local {
    @Option(
        names = "--socket",
        paramLabel = "PATH",
        description = "serve NBD on this Unix socket (mode 0600)")
    private Path socket;

    @Option(
        names = "--listen",
        paramLabel = "HOST:PORT",
        converter = ListenAddressConverter.class,
        description = "serve NBD on this loopback address; port 0 picks a free port")
    private InetSocketAddress listen;
  }

  @ArgGroup(exclusive = true)
  private Kind kind = new Kind();

  /** Kinds of access other than the default, exclusive read-write. */
  static final class Kind {
    @Option(
        names = "--read-only",
        description = "attach read-only; any number of clients may do so at once")
    private boolean readOnly;

    @Option(
        names = "--shared",
        description =
            "attach read-write together with other clients, for a cluster file system; the export"
                + " must allow it")
    private boolean shared;

    @Option(names = "--take-over", description = "evict the client that holds the export, for good")
    private boolean takeOver;
  }

  @Option(
      names = "--wait",
      description = "keep trying if the server cannot be reached, instead of failing")
  private boolean wait;

  @Option(
      names = "--lanes",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "independent queues, each with its own connection, 1 to 64; the server may grant fewer"
              + " (default: ${DEFAULT-VALUE})")
  private int lanes;

  @Mixin private KernelDeviceOptions device;

  @Option(
      names = "--event-loops",
      paramLabel = "N",
      description =
          "threads that serve NBD clients and lanes, 1 to 64 (default: one per lane, but at most"
              + " half the number of cores)")
  private Integer eventLoops;

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      defaultValue = "auto",
      converter = TransportConverter.class,
      description =
          "how sockets are driven: epoll, io_uring or nio; auto picks the first of these that is"
              + " available (default: ${DEFAULT-VALUE})")
  private TransportChoice transport;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "name of this client in the server's log (default: the host name)")
  private String name;

  @Mixin private ClientSecurityOptions security;

  @Mixin private ResilienceOptions lane;

  @Option(
      names = "--state-dir",
      paramLabel = "PATH",
      description =
          "directory for the state that a successor of this process needs (default: $DST_STATE_DIR,"
              + " or /var/lib/dst for root, or ~/.local/state/dst)")
  private Path stateDirectory;

  @Option(
      names = "--accept-loss",
      description =
          "attach even though acknowledged but unflushed writes of a dead client are lost")
  private boolean acceptLoss;

  @Option(
      names = "--accept-other-store",
      description =
          "attach even though the server has another store than the one that a dead client of this"
              + " machine had attached; forget that store and its unflushed writes")
  private boolean acceptOtherStore;

  @Mixin private CommonOptions common;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() throws UserError, InterruptedException {
    DeviceOptions wanted = device.options(stateDirectory);
    SocketAddress local = localAddress(wanted);
    if (wanted != null) {
      AttachedDisk.check(wanted); // first: hardening may re-execute the program
      MemoryHardening.becomeIoFlusher();
      MemoryHardening.secure();
    }
    ClientSecurityOptions.Checked links = security.checked();
    SessionOptions options = options(links);
    int loops = eventLoops == null ? Attachment.usualLoops(lanes) : eventLoops;
    AttachedDisk disk = AttachedDisk.open(options, state(options), local, loops, wanted);
    Instant started = Instant.now();
    ControlSocket control =
        ControlSocket.open(
            StateDirectories.control(stateDirectory),
            "dst",
            () ->
                disk.attachment()
                    .status()
                    .thenApply(
                        status ->
                            AttachmentStatusJson.of(
                                status, disk.device(), links.crypto(), started, Instant.now())));
    // Registered before the ready line: whoever reads that may stop the process.
    ProgramLifecycle.onSignalEnd(
        () -> {
          ExitCode code = disk.stop(); // takes a while, during which 'dst status' still answers
          control.close();
          return code;
        });
    System.out.printf(
        "dst: attached %s (%s) %s%n",
        options.export(), SizeConverter.show(disk.attachment().info().size()), disk.place());
    System.out.flush();
    ProgramLifecycle.stayUp();
    return ExitCode.OK.code();
  }

  /**
   * Only an exclusive writer needs state: readers have nothing to lose, shared writers write
   * through.
   */
  private StateOptions state(SessionOptions options) {
    return options.access() == Access.READ_WRITE
        ? new StateOptions(
            StateDirectories.attachments(stateDirectory), acceptLoss, acceptOtherStore)
        : StateOptions.NONE;
  }

  private SocketAddress localAddress(DeviceOptions wanted) throws UserError {
    if (local.socket != null) {
      return UnixDomainSocketAddress.of(local.socket);
    }
    if (local.listen == null) {
      if (wanted == null) {
        throw new UserError(
            ExitCode.USAGE,
            "no place to serve the disk (expected: --socket, --listen or --device)");
      }
      return KernelDeviceOptions.socket(stateDirectory, target);
    }
    if (wanted != null) {
      throw new UserError(
          ExitCode.USAGE,
          "--device excludes --listen (expected: --device alone, or with --socket)");
    }
    if (!local.listen.getAddress().isLoopbackAddress()) {
      throw new UserError(
          ExitCode.USAGE,
          "--listen %s: NBD is neither encrypted nor authenticated; use a loopback address such as"
                  .formatted(ListenAddressConverter.show(local.listen))
              + " 127.0.0.1:10809");
    }
    return local.listen;
  }

  private SessionOptions options(ClientSecurityOptions.Checked links) throws UserError {
    int slash = target.indexOf('/');
    if (slash < 0 || slash == target.length() - 1) {
      throw new UserError(
          ExitCode.USAGE,
          "'%s' names no export (expected: HOST[:PORT][,...]/EXPORT)".formatted(target));
    }
    TextFormat.require("export name", target.substring(slash + 1), Limits.MAX_NAME);
    TextFormat.require("--name", name == null ? "" : name, Limits.MAX_TEXT);
    if (eventLoops != null && (eventLoops < 1 || eventLoops > 64)) {
      throw new UserError(
          ExitCode.USAGE, "--event-loops %d (expected: 1 to 64)".formatted(eventLoops));
    }
    if (lanes < 1 || lanes > 64) {
      throw new UserError(ExitCode.USAGE, "--lanes %d (expected: 1 to 64)".formatted(lanes));
    }
    SessionOptions defaults =
        AttachDefaults.options(
            servers(target.substring(0, slash)),
            target.substring(slash + 1),
            name == null ? hostName() : name,
            links);
    return new SessionOptions(
        defaults.servers(),
        defaults.export(),
        kind.readOnly ? Access.READ_ONLY : kind.shared ? Access.SHARED : Access.READ_WRITE,
        kind.takeOver,
        defaults.client(),
        lanes,
        defaults.maxPart(),
        wait,
        lane.options(lanes),
        ServerQueries.dialer(links, transport.resolve()));
  }

  private static List<ServerAddress> servers(String text) throws UserError {
    List<ServerAddress> servers = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      servers.add(server(one));
    }
    return servers;
  }

  private static ServerAddress server(String text) throws UserError {
    try {
      return ServerAddress.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new UserError(ExitCode.USAGE, wrong.getMessage());
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      return "unnamed";
    }
  }
}
