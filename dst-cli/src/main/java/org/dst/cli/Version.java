package org.dst.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the build, as --version prints it. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String built = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "DST " + (built == null ? "(not packaged)" : built),
      "Java " + Runtime.version(),
      "Linux " + System.getProperty("os.version") + " " + System.getProperty("os.arch")
    };
  }
}
