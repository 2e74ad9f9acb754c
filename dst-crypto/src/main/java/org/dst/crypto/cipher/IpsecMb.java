package org.dst.crypto.cipher;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collections;
import java.util.function.Predicate;

/**
 * Bindings to the AES-GCM functions of Intel's Multi-Buffer Crypto library, if it is installed. The
 * functions keep all state in memory that the caller passes in, so any thread may use them.
 *
 * <p>Like the macros of intel-ipsec-mb.h, this class finds the functions at fixed offsets in the
 * library's IMB_MGR structure. The offsets are part of the ABI that the soname ({@code .so.1})
 * stands for: new functions are appended.
 */
final class IpsecMb {
  /** Size of an expanded key, gcm_key_data, rounded up to its alignment. */
  static final int EXPANDED_KEY = 1024;

  /** Size of gcm_context_data, rounded up to its alignment. */
  static final int CONTEXT = 128;

  /** Best alignment for the library's vector instructions. */
  static final int ALIGNMENT = 64;

  private static final String LIBRARY = "libIPSec_MB.so.1";

  /** Has another ABI, as its soname says: the offsets below do not apply to it. */
  private static final String NEXT_LIBRARY = "libIPSec_MB.so.2";

  private static final int FIRST_VERSION = 0x10300;
  private static final int NEXT_ABI = 0x20000;

  /** Size of the known part of IMB_MGR. */
  private static final int MANAGER = 472;

  private static final int FEATURES = 8;
  private static final int ERROR = 60;
  private static final int GCM128_ENC = 256;
  private static final int GCM256_ENC = 272;
  private static final int GCM128_DEC = 280;
  private static final int GCM256_DEC = 296;
  private static final int GCM128_PRE = 448;
  private static final int GCM256_PRE = 464;

  /** IMB_FEATURE_AESNI and IMB_FEATURE_PCLMULQDQ: without them the library is slow. */
  private static final long NEEDED_FEATURES = 1 << 1 | 1 << 2;

  private static final long SELF_TEST = 1 << 20;
  private static final long SELF_TEST_PASSED = 1 << 21;

  private static final Linker LINKER = Linker.nativeLinker();

  /** gcm_key_data, gcm_context_data, out, in, length, iv, aad, its length, tag, its length. */
  private static final FunctionDescriptor CRYPT =
      FunctionDescriptor.ofVoid(Collections.nCopies(10, JAVA_LONG).toArray(MemoryLayout[]::new));

  private static final FunctionDescriptor EXPAND = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG);

  private IpsecMb() {}

  /**
   * The functions for one key length. Held in a static final field, so that the JIT compiler treats
   * the handles as constants and calls straight through them.
   */
  record Functions(MethodHandle seal, MethodHandle open, MethodHandle expand) {}

  /** For keys of 128 bits; linked at the first use, and only after {@link #require}. */
  static final class Aes128 {
    static final Functions FUNCTIONS = functions(GCM128_ENC, GCM128_DEC, GCM128_PRE);

    private Aes128() {}
  }

  /** For keys of 256 bits; linked at the first use, and only after {@link #require}. */
  static final class Aes256 {
    static final Functions FUNCTIONS = functions(GCM256_ENC, GCM256_DEC, GCM256_PRE);

    private Aes256() {}
  }

  /** The result of loading the library once: IMB_MGR, or why there is none. */
  private record Library(MemorySegment manager, String problem) {
    static final Library FOUND = find();

    private static Library find() {
      try {
        return new Library(IpsecMb.manager(), null);
      } catch (IllegalStateException missing) {
        return new Library(null, missing.getMessage());
      } catch (Throwable wrong) {
        return new Library(null, LIBRARY + " does not work on this machine: " + wrong);
      }
    }
  }

  /**
   * Checks that the functions can be used.
   *
   * @throws IllegalStateException if they cannot; the message says why
   */
  static void require() {
    if (Library.FOUND.problem() != null) {
      throw new IllegalStateException(Library.FOUND.problem());
    }
  }

  /** IMB_MGR with the functions for this processor; never freed. */
  @SuppressWarnings("restricted") // the purpose of this class
  private static MemorySegment manager() throws Throwable {
    if (!System.getProperty("os.arch").equals("amd64")) {
      throw new IllegalStateException(LIBRARY + " is for x86-64 only");
    }
    SymbolLookup library;
    try {
      library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    } catch (IllegalArgumentException missing) {
      throw new IllegalStateException(absence(IpsecMb::isInstalled), missing);
    }
    int version = (int) link(library, "imb_get_version", JAVA_INT).invokeExact();
    if (version < FIRST_VERSION || version >= NEXT_ABI) {
      throw new IllegalStateException(
          "%s has version %x (expected: %x to %x)"
              .formatted(LIBRARY, version, FIRST_VERSION, NEXT_ABI - 1));
    }
    long address = (long) link(library, "alloc_mb_mgr", JAVA_LONG, JAVA_LONG).invokeExact(0L);
    if (address == 0) {
      throw new IllegalStateException(LIBRARY + " cannot allocate memory");
    }
    LINKER.downcallHandle(library.findOrThrow("init_mb_mgr_auto"), EXPAND).invokeExact(address, 0L);
    MemorySegment manager = MemorySegment.ofAddress(address).reinterpret(MANAGER);
    int error = manager.get(JAVA_INT, ERROR);
    long features = manager.get(JAVA_LONG, FEATURES);
    if (error != 0 || (features & (SELF_TEST | SELF_TEST_PASSED)) == SELF_TEST) {
      throw new IllegalStateException(LIBRARY + " failed its self-test: error " + error);
    }
    if ((features & NEEDED_FEATURES) != NEEDED_FEATURES) {
      throw new IllegalStateException(
          LIBRARY + " would be slow: the CPU lacks AES-NI or PCLMULQDQ");
    }
    return manager;
  }

  @SuppressWarnings("restricted") // the purpose of this class
  private static boolean isInstalled(String library) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup.libraryLookup(library, arena);
      return true;
    } catch (IllegalArgumentException missing) {
      return false;
    }
  }

  /**
   * Error text if the library does not load: absent, or only its incompatible successor is there.
   */
  static String absence(Predicate<String> installed) {
    return installed.test(NEXT_LIBRARY)
        ? "%s is installed, but its ABI is not supported (expected: %s, version 1.3 or later)"
            .formatted(NEXT_LIBRARY, LIBRARY)
        : LIBRARY + " is not installed (Debian 12: apt-get install libipsec-mb1)";
  }

  @SuppressWarnings("restricted") // the purpose of this class
  private static MethodHandle link(
      SymbolLookup library, String name, ValueLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        library.findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  @SuppressWarnings("restricted") // the purpose of this class
  private static Functions functions(int seal, int open, int expand) {
    MemorySegment manager = Library.FOUND.manager();
    return new Functions(
        LINKER.downcallHandle(at(manager, seal), CRYPT),
        LINKER.downcallHandle(at(manager, open), CRYPT),
        LINKER.downcallHandle(at(manager, expand), EXPAND));
  }

  private static MemorySegment at(MemorySegment manager, int offset) {
    return MemorySegment.ofAddress(manager.get(JAVA_LONG, offset));
  }

  /** Expands a key of 16 or 32 bytes for the functions; the caller must wipe it. */
  static MemorySegment expand(byte[] key) {
    Functions functions = key.length == 16 ? Aes128.FUNCTIONS : Aes256.FUNCTIONS;
    MemorySegment expanded = Arena.ofAuto().allocate(EXPANDED_KEY, ALIGNMENT);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment plain = arena.allocateFrom(JAVA_BYTE, key);
      functions.expand().invokeExact(plain.address(), expanded.address());
      plain.fill((byte) 0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
    return expanded;
  }

  /** Wraps what a method handle threw; only a wrong declaration in this class can cause that. */
  static AssertionError unexpected(Throwable cause) {
    return new AssertionError("a foreign call threw", cause);
  }
}
