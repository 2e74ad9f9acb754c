package org.dst.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dst.server.AllowList;
import org.dst.server.ExportServer;
import org.dst.server.ServerOptions;
import org.dst.server.store.StoreException;
import org.dst.server.store.StoreOptions;
import org.dst.server.store.Stores;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dstd export}: serves stores until it is told to stop. */
@Command(
    name = "export",
    description = "Serves files, block devices or memory until it is told to stop.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dstd export disk=/srv/disk.img --listen :7777",
      "  dstd export backup=/dev/sdb,read-only scratch=mem:1G --listen :7777",
      "  dstd export disk=/srv/disk.img,create=20G,allow=192.0.2.0/24 --listen 192.0.2.1:7777"
    })
final class ExportCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  @Mixin private CommonOptions common;

  @Parameters(
      arity = "1..*",
      paramLabel = "NAME=PATH[,OPTION...]",
      description = {
        "what to export under which name; PATH is a file, a block device or mem:SIZE.",
        "Options: read-only, description=TEXT, allow=CIDR, min-block=SIZE, preferred-block=SIZE,"
            + " size-limit=SIZE, create=SIZE (make a missing file, sparse)"
      })
  private List<String> exports;

  @Option(
      names = "--listen",
      paramLabel = "[HOST]:PORT",
      defaultValue = ":7777",
      converter = ListenAddress.class,
      description = "where to listen (default: ${DEFAULT-VALUE}); port 0 takes a free one")
  private InetSocketAddress listen;

  @Option(names = "--read-only", description = "export everything read-only")
  private boolean readOnly;

  @Option(
      names = "--allow",
      paramLabel = "CIDR",
      split = ",",
      description = "addresses that may use the exports (default: all); may be repeated")
  private List<String> allow = new ArrayList<>();

  @Option(
      names = "--description",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "what 'dst list' says of the exports")
  private String description;

  @Option(
      names = "--io-threads",
      paramLabel = "N",
      description = "threads that wait for the storage (default: 4)")
  private Integer ioThreads;

  @Option(
      names = "--max-payload",
      paramLabel = "SIZE",
      converter = Sizes.class,
      description = "bytes of the largest frame payload (default: 1M)")
  private Long maxPayload;

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
    ExportServer server = new ExportServer(options());
    try {
      specs = List.copyOf(specs);
      for (ExportSpec spec : specs) {
        server.add(spec.export(), Stores.open(spec.location(), spec.store()));
      }
      InetSocketAddress bound = server.listen(listen);
      System.out.printf(
          "dstd: listening on %s (%d export%s)%n",
          ListenAddress.show(bound), specs.size(), specs.size() == 1 ? "" : "s");
      System.out.flush();
    } catch (StoreException | IllegalArgumentException unusable) {
      server.close();
      throw new UserError(ExitCode.LOCAL, unusable.getMessage());
    } catch (IOException cannotListen) {
      server.close();
      throw new UserError(ExitCode.LOCAL, cannotListen.getMessage());
    }
    Lifetime.onSignal(server::close);
    Lifetime.stayUp();
    return ExitCode.OK.code();
  }

  private ExportSpec.Defaults defaults() throws UserError {
    try {
      return new ExportSpec.Defaults(
          description, readOnly, AllowList.parse(allow), StoreOptions.DEFAULT);
    } catch (IllegalArgumentException wrong) {
      throw new UserError(ExitCode.USAGE, wrong.getMessage());
    }
  }

  private ServerOptions options() throws UserError {
    try {
      return ServerOptions.defaults().with(ioThreads, maxPayload);
    } catch (IllegalArgumentException wrong) {
      throw new UserError(ExitCode.USAGE, wrong.getMessage());
    }
  }
}
