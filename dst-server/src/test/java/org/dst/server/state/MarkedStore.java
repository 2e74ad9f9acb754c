package org.dst.server.state;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.dst.protocol.Extent;
import org.dst.server.medium.Mark;
import org.dst.server.medium.MediumMarks;
import org.dst.server.store.BlockStore;
import org.dst.server.store.StoreInfo;

/** A store that has marks, and nothing else. */
final class MarkedStore implements BlockStore {
  private final StoreInfo info;
  private final boolean keepsTags;
  private MediumMarks marks;

  MarkedStore(String path, boolean readOnly, boolean keepsTags, MediumMarks marks) {
    info = new StoreInfo("file", path, 4096, 1, 4096, readOnly, false, false, false);
    this.keepsTags = keepsTags;
    this.marks = marks;
  }

  @Override
  public StoreInfo info() {
    return info;
  }

  @Override
  public MediumMarks marks() {
    return marks;
  }

  @Override
  public boolean leave(String tag) {
    if (keepsTags) {
      marks = marks.with(Mark.TAG, tag);
    }
    return keepsTags;
  }

  @Override
  public long size() {
    return info.size();
  }

  @Override
  public boolean tryRead(long offset, ByteBuf target, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void read(long offset, ByteBuf target, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void write(long offset, ByteBuf source, boolean durable) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sync() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void startWriteBack(long offset, long length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void trim(long offset, long length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void writeZeroes(long offset, long length, boolean noHole, boolean fast) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void cache(long offset, long length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Extent> status(long offset, long length, int most) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
