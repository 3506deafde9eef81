# Control channel of a process that starts programs for the server, and the signals of its child processes. The starter and the git runner
# share it. Both define `take_frame`, which handles a frame from the server, and `end_all`, which kills all programs and exits.
use strict;
use Fcntl;

# The control channel, and the numbers of the system calls by name.
our ($control, $call);
# Bytes from the server that are not yet a whole frame.
my $pending = '';

# Opens the control channel, which is descriptor 3 (see frames.ts). Programs do not inherit it.
sub open_control {
  open $control, '+<&=', 3 or die "No control channel: $!\n";
  binmode $control;
  fcntl $control, F_SETFD, FD_CLOEXEC;
}

# Closes descriptors that the server has inherited from its own parent.
sub close_inherited {
  opendir my $folder, '/proc/self/fd' or die "/proc/self/fd: $!\n";
  my @numbers = grep { /^\d+$/ && $_ > 3 } readdir $folder;
  closedir $folder;
  syscall $call->{close}, $_ + 0 for @numbers;
}

# Handles the frames that have arrived. Kills all programs and exits if the channel is closed.
sub take_frames {
  my $count = sysread $control, $pending, 1_048_576, length $pending;
  end_all() if !$count;
  while (length $pending >= 4 && length $pending >= 4 + unpack 'N', $pending) {
    my $length = unpack 'N', $pending;
    take_frame(substr $pending, 4, $length);
    substr $pending, 0, 4 + $length, '';
  }
}

# Waits for the next frame of the control channel and returns its content.
sub next_frame {
  my $length = unpack 'N', exactly(4);
  return exactly($length);
}

# Reads this many bytes from the control channel. Exits if the channel is closed.
sub exactly {
  my ($count) = @_;
  my $bytes = '';
  while (length $bytes < $count) {
    sysread $control, $bytes, $count - length $bytes, length $bytes or exit 0;
  }
  return $bytes;
}

# Sends a frame to the server. Kills all programs and exits if the server is gone.
sub tell_server {
  my $frame = join "\0", @_;
  $frame = pack('N', length $frame) . $frame;
  while (length $frame) {
    my $count = syswrite $control, $frame;
    next if !defined $count && $!{EINTR};
    end_all() if !defined $count;
    substr $frame, 0, $count, '';
  }
}

# Returns a descriptor that becomes readable on SIGCHLD (signalfd(2)). A signal handler would not suffice, because Perl runs handlers
# between two operations. If a signal arrived just before select, its handler would run only after another event ended the wait.
sub take_child_signals {
  mask_child_signals(0);
  # SFD_CLOEXEC.
  my $descriptor = syscall $call->{signalfd}, -1, child_signal(), 8, 0x80000;
  die "signalfd: $!\n" if $descriptor < 0;
  open my $signals, '<&=', $descriptor or die "signalfd: $!\n";
  return $signals;
}

# Blocks (SIG_BLOCK, 0) or unblocks (SIG_UNBLOCK, 1) SIGCHLD.
sub mask_child_signals {
  syscall($call->{sigmask}, $_[0], child_signal(), 0, 8) == 0 or die "rt_sigprocmask: $!\n";
}

# Returns a signal set with only SIGCHLD (17).
sub child_signal { return pack 'Q', 1 << 16 }

1;
