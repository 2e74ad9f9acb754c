package org.dst.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.dst.client.Attachment;
import org.dst.client.link.LinkException;
import org.dst.client.link.ServerAddress;
import org.dst.client.nbd.NbdLimits;
import org.dst.client.session.ResendPolicy;
import org.dst.client.session.SessionOptions;
import org.dst.protocol.Access;
import org.dst.protocol.Limits;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dst attach}: offers a remote export as a local NBD socket. */
@Command(
    name = "attach",
    sortOptions = false,
    description = "Offers an export of a server as a local NBD socket, until it is told to stop.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dst attach storage/disk --socket /run/dst/disk.sock",
      "  dst attach storage:7777/backup --read-only --listen 127.0.0.1:10809",
      "  dst attach storage/disk --socket /run/dst/disk.sock --max-resends unlimited",
      "then, for instance,",
      "  nbd-client -unix /run/dst/disk.sock /dev/nbd0 -b 4096",
      "  qemu-img info 'nbd+unix:///disk?socket=/run/dst/disk.sock'"
    })
final class AttachCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  @Parameters(
      paramLabel = "HOST[:PORT]/EXPORT",
      description = "the server and the name of the export (default port: 7777)")
  private String target;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Local local;

  /** Where the disk is offered. */
  static final class Local {
    @Option(
        names = "--socket",
        paramLabel = "PATH",
        description = "serve NBD on this Unix socket, for its owner only (mode 0600)")
    private Path socket;

    @Option(
        names = "--listen",
        paramLabel = "HOST:PORT",
        converter = ListenAddress.class,
        description = "serve NBD on this loopback address; port 0 takes a free one")
    private InetSocketAddress listen;
  }

  @Option(names = "--read-only", description = "attach read-only; several clients may at once")
  private boolean readOnly;

  @Option(
      names = "--lanes",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "independent queues, each with a connection of its own, 1 to 64; the server may allow"
              + " less (default: ${DEFAULT-VALUE})")
  private int lanes;

  @Option(
      names = "--resend-timeout",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description =
          "send a request again if it is not acknowledged after this long, 0.001 to 3600"
              + " (default: ${DEFAULT-VALUE})")
  private double resendTimeout;

  @Option(
      names = "--max-resends",
      paramLabel = "N",
      defaultValue = "60",
      description =
          "send a request again so many times at most, then fail it with an I/O error;"
              + " 'unlimited' never fails it (default: ${DEFAULT-VALUE})")
  private String maxResends;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "this client's name in the server's log (default: the host name)")
  private String name;

  @Mixin private CommonOptions common;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() throws UserError, InterruptedException {
    SessionOptions options = options();
    Attachment attachment = open(options);
    System.out.printf(
        "dst: attached %s (%s) on %s%n",
        options.export(), Sizes.show(attachment.info().size()), show(attachment.local()));
    System.out.flush();
    Lifetime.onSignal(attachment::close);
    Lifetime.stayUp();
    return ExitCode.OK.code();
  }

  private Attachment open(SessionOptions options) throws UserError, InterruptedException {
    try {
      return Attachment.open(options, localAddress(), NbdLimits.DEFAULT);
    } catch (LinkException failed) {
      throw UserError.of(failed);
    } catch (IOException unusable) {
      throw new UserError(ExitCode.LOCAL, unusable.getMessage());
    }
  }

  private SocketAddress localAddress() throws UserError {
    if (local.socket != null) {
      return UnixDomainSocketAddress.of(local.socket);
    }
    if (!local.listen.getAddress().isLoopbackAddress()) {
      throw new UserError(
          ExitCode.USAGE,
          "--listen %s: NBD is neither encrypted nor protected; use a loopback address like"
                  .formatted(ListenAddress.show(local.listen))
              + " 127.0.0.1:10809");
    }
    return local.listen;
  }

  private static String show(SocketAddress address) {
    return address instanceof InetSocketAddress tcp ? ListenAddress.show(tcp) : address.toString();
  }

  private SessionOptions options() throws UserError {
    int slash = target.indexOf('/');
    if (slash < 0 || slash == target.length() - 1) {
      throw new UserError(
          ExitCode.USAGE, "'%s' names no export (expected: HOST[:PORT]/EXPORT)".formatted(target));
    }
    Texts.require("export name", target.substring(slash + 1), Limits.MAX_NAME);
    Texts.require("--name", name == null ? "" : name, Limits.MAX_TEXT);
    if (lanes < 1 || lanes > 64) {
      throw new UserError(ExitCode.USAGE, "--lanes %d (expected: 1 to 64)".formatted(lanes));
    }
    return AttachDefaults.options(
            server(target.substring(0, slash)),
            target.substring(slash + 1),
            name == null ? hostName() : name)
        .with(readOnly ? Access.READ_ONLY : Access.READ_WRITE, lanes, resendPolicy());
  }

  private static ServerAddress server(String text) throws UserError {
    try {
      return ServerAddress.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new UserError(ExitCode.USAGE, wrong.getMessage());
    }
  }

  private ResendPolicy resendPolicy() throws UserError {
    if (!(resendTimeout >= 0.001 && resendTimeout <= 3600)) {
      throw new UserError(
          ExitCode.USAGE,
          "--resend-timeout %s (expected: 0.001 to 3600 seconds)".formatted(resendTimeout));
    }
    return new ResendPolicy(Duration.ofNanos((long) (resendTimeout * 1e9)), maxResends());
  }

  private int maxResends() throws UserError {
    if (maxResends.equals("unlimited")) {
      return -1;
    }
    try {
      int most = Integer.parseInt(maxResends);
      if (most >= 0) {
        return most;
      }
    } catch (NumberFormatException notANumber) {
      // reported below
    }
    throw new UserError(
        ExitCode.USAGE,
        "--max-resends '%s' (expected: 0 to %d, or 'unlimited')"
            .formatted(maxResends, Integer.MAX_VALUE));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException unnamed) {
      return "unnamed";
    }
  }
}
