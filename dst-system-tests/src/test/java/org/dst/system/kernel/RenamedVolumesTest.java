package org.dst.system.kernel;

import org.dst.system.harness.NeedsProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * RAID arrays and device-mapper volumes that swap names when the storage node restarts, as disks do
 * that are probed in another order.
 */
@KernelTest
@Timeout(600)
class RenamedVolumesTest {
  private static final int SECONDS = 400;

  @Test
  void shouldFollowAnArrayWhateverItsName() throws Exception {
    try (Guest guest = Guest.bootOrSkip()) {
      guest.run(SECONDS, SERVE + ARRAYS + FOLLOW.formatted("/dev/md10", "/dev/md11")).succeeded();
    }
  }

  @Test
  @NeedsProgram("dmsetup")
  void shouldFollowAVolumeWhateverItsName() throws Exception {
    try (Guest guest = Guest.bootOrSkip()) {
      guest
          .run(
              SECONDS,
              SERVE + VOLUMES + FOLLOW.formatted("/dev/mapper/dst-one", "/dev/mapper/dst-two"))
          .succeeded();
    }
  }

  private static final String SERVE =
      """
      log=/run/work/dstd.log
      touch "$log"

      serve() { # PATH: a server that uses what is there, to be killed by kill_server
        local before
        before=$(grep -c '^dstd: listening' "$log")
        (
          echo "$BASHPID" >/run/dstd.pid
          launcher=(exec setsid)
          run_java org.dst.cli.DstdMain export "disk=$1" --listen 127.0.0.1:7777 --state-dir /run/state
        ) >>"$log" 2>&1 </dev/null &
        disown
        await 120 is_listening_again "$before"
      }

      is_listening_again() { [ "$(grep -c '^dstd: listening' "$log")" != "$1" ]; }

      kill_server() { # SIGNAL
        local pid
        pid=$(cat /run/dstd.pid)
        kill "-$1" "$pid"
        await 60 is_gone "$pid"
      }

      mkdir -p /run/disks
      modprobe loop
      for disk in one two; do
        truncate -s 32M "/run/disks/$disk"
        loop=$(losetup -f) && losetup "$loop" "/run/disks/$disk" || fail "losetup $disk"
        eval "loop_$disk=$loop"
      done
      """;

  private static final String ARRAYS =
      """
      modprobe raid1
      array() { # DEVICE LOOP
        mdadm --create "$1" --run --force --level=1 --raid-devices=1 --metadata=1.0 "$2" ||
          fail "mdadm --create $1: exit code $?"
      }
      array /dev/md10 "$loop_one"
      array /dev/md11 "$loop_two"
      swap_names() {
        mdadm --stop /dev/md10 && mdadm --stop /dev/md11 || fail "mdadm --stop"
        mdadm --assemble /dev/md11 "$loop_one" && mdadm --assemble /dev/md10 "$loop_two" ||
          fail "mdadm --assemble"
      }
      """;

  private static final String VOLUMES =
      """
      modprobe dm_mod
      volume() { # NAME LOOP
        dmsetup create "dst-$1" --uuid "LVM-dst-$1" \\
          --table "0 $(blockdev --getsz "$2") linear $2 0" || fail "dmsetup create $1"
      }
      volume one "$loop_one"
      volume two "$loop_two"
      dmsetup mknodes # there is no udev to do it
      swap_names() {
        for names in 'dst-one dst-other' 'dst-two dst-one' 'dst-other dst-two'; do
          dmsetup rename $names || fail "dmsetup rename $names"
        done
        rm /dev/mapper/dst-*
        dmsetup mknodes
      }
      """;

  /** With the two names; what was the first one's has the second one's later. */
  private static final String FOLLOW =
      """
      first=%s second=%s
      serve "$first"
      attach disk 127.0.0.1:7777/disk
      connect 0 disk
      head -c 64k /dev/urandom >/run/data
      dd if=/run/data of=/dev/nbd0 bs=64k oflag=direct || fail "cannot be written"
      kill_server KILL
      swap_names
      before=$(cksum <"$first")
      serve "$first"
      await 60 has_line 'is a different medium than before' "$log"
      await 60 has_line 'refused: export' /run/work/disk.log
      [ "$(cksum <"$first")" = "$before" ] || fail "the wrong one was written to"
      kill_server TERM
      cmp <(head -c 64k "$first") /dev/zero 2>&1 | grep -q 'EOF' || fail "the wrong one has data"
      serve "$second"
      dd if=/dev/nbd0 bs=64k count=1 iflag=direct | cmp - /run/data || fail "not what was written"
      [ "$(grep -c 'is a different medium' "$log")" = 1 ] || fail "its own was taken for another one"
      disconnect 0
      kill_attach disk
      cmp <(head -c 64k "$second") /run/data || fail "not what was written is there"
      no_disk_errors
      """;
}
