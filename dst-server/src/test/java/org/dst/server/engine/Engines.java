package org.dst.server.engine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;

/** The engines that have to behave alike, each with the loops that suit it. */
enum Engines {
  THREADS {
    @Override
    void require() {
      // to be had everywhere
    }

    @Override
    IoEngine engine(int threads) {
      return new ThreadsEngine(threads);
    }

    @Override
    EventExecutor loop() {
      return new DefaultEventExecutor();
    }

    @Override
    ScriptedStore store(ScriptedStore store) {
      return store;
    }
  },

  URING {
    @Override
    void require() {
      assumeTrue(IoUring.isAvailable(), () -> "no io_uring here: " + IoUring.unavailabilityCause());
    }

    @Override
    IoEngine engine(int threads) {
      return new UringEngine(threads);
    }

    @Override
    EventExecutor loop() {
      return new MultiThreadIoEventLoopGroup(1, IoUringIoHandler.newFactory()).next();
    }

    @Override
    ScriptedStore store(ScriptedStore store) {
      return store.withRing();
    }
  };

  /** Skips the tests where the engine cannot be had, and says why. */
  abstract void require();

  /** The engine. */
  abstract IoEngine engine(int threads);

  /** A loop of its own. */
  abstract EventExecutor loop();

  /** The store, with what the engine uses of stores. */
  abstract ScriptedStore store(ScriptedStore store);
}
