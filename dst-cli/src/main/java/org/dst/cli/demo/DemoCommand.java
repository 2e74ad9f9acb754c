package org.dst.cli.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.dst.cli.command.CommonOptions;
import org.dst.cli.command.ExitCode;
import org.dst.cli.command.ProgramLifecycle;
import org.dst.cli.command.UserError;
import org.dst.cli.option.SizeConverter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dst demo}: a server and an attachment in one process, with a self-check. */
@Command(
    name = "demo",
    sortOptions = false,
    description = {
      "Shows DST at work on this machine, with a self-check.",
      "Starts a server with a scratch disk and attaches it over encrypted TCP; writes, reads and"
          + " compares data through the NBD socket; then stays up and shows how to use the disk."
          + " Ctrl-C stops it and removes everything."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  dst demo", "  dst demo --once --size 4G --check 1G"})
public final class DemoCommand implements Callable<Integer>, CommonOptions.WithCommonOptions {
  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "1G",
      converter = SizeConverter.class,
      description = "size of the scratch disk, a sparse file (default: ${DEFAULT-VALUE})")
  private long size;

  @Option(
      names = "--check",
      paramLabel = "SIZE",
      defaultValue = "256M",
      converter = SizeConverter.class,
      description =
          "how much to write and verify, spread over the disk (default: ${DEFAULT-VALUE})")
  private long check;

  @Option(
      names = "--directory",
      paramLabel = "PATH",
      description =
          "an existing directory for the scratch disk and the socket (default: a new temporary"
              + " one)")
  private Path directory;

  @Option(names = "--once", description = "exit after the check")
  private boolean once;

  @Mixin private CommonOptions common;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() throws UserError, InterruptedException {
    if (size < 1 << 20 || check < 1) {
      throw new UserError(ExitCode.USAGE, "--size is 1M or more, --check is 1 or more");
    }
    DemoSetup setup = DemoSetup.start(directory, size);
    ProgramLifecycle.onSignal(setup::close);
    PrintStream out = System.out;
    out.printf("Server:     %s, export 'disk', %s%n", setup.server(), SizeConverter.show(size));
    out.printf("Attachment: %s%n", setup.socket());
    out.printf("Encrypted:  %s, with the shared key %s%n", setup.cipher(), setup.keyFile());
    out.println("Self-check through the NBD socket:");
    try {
      Progress progress = new Progress(out, System.console() != null);
      summarize(SelfCheck.run(setup.socket(), check, System.nanoTime(), progress), out);
    } catch (SelfCheck.WrongDataException wrong) {
      setup.close();
      throw new UserError(ExitCode.WRONG_DATA, "self-check failed: " + wrong.getMessage());
    } catch (IOException failed) {
      setup.close();
      throw new UserError(ExitCode.UNEXPECTED, "self-check failed: " + failed.getMessage());
    }
    if (once) {
      setup.close();
      return ExitCode.OK.code();
    }
    explain(setup.socket(), out);
    ProgramLifecycle.stayUp();
    return ExitCode.OK.code();
  }

  private static void summarize(SelfCheck.Result result, PrintStream out) {
    out.printf(
        "  %s written and flushed at %s/s, read back at %s/s, every byte verified: OK%n",
        SizeConverter.show(result.bytes()),
        SizeConverter.show(result.bytes() / result.writeSeconds()),
        SizeConverter.show(result.bytes() / result.readSeconds()));
  }

  private static void explain(Path socket, PrintStream out) {
    String uri = "nbd+unix:///disk?socket=" + socket;
    out.println();
    out.println("The disk is up. In another terminal, for example:");
    out.printf("  nbdinfo '%s'%n", uri);
    out.printf("  qemu-img info '%s'%n", uri);
    out.printf("  sudo nbd-client -unix %s /dev/nbd0%n", socket);
    out.printf(
        "  fio --name=demo --ioengine=nbd --uri='%s' --rw=randrw --bs=4k --iodepth=32"
            + " --size=256M%n",
        uri);
    out.println("Ctrl-C stops the demo and removes its files.");
    out.flush();
  }
}
