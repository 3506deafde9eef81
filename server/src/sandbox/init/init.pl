# The first process of a sandbox (pid 1). It starts every program of the sandbox, so that all of them share its processes, loopback
# interface and /tmp. It forwards loopback ports to Unix sockets, because a sandbox has no network.
# Descriptor 3 is the control channel to the server (see frames.ts). For each stream of a program, init connects to the server's socket and
# sends the token that names the stream. Each program has a supervisor process, which adopts all descendants of the program that lose their
# parent. When the supervisor ends, the kernel passes them to init, which kills every process that is below no supervisor. A program
# can thus not leave a process behind, even if it kills its supervisor.
# Programs cannot kill or stop the first process of a pid namespace. They cannot trace or read it either, because it is not dumpable.
# It uses Perl without modules, which starts ten times faster than Node. The constants are for Linux on x64 and arm64.
use strict;

my ($AF_UNIX, $AF_INET, $AF_INET6, $STREAM) = (1, 2, 10, 1);
my ($ENOENT, $EINTR, $EAGAIN, $ENFILE, $EMFILE, $EINPROGRESS) = (2, 4, 11, 23, 24, 115);
# SOL_SOCKET and its options SO_ERROR, SO_LINGER and SO_SNDTIMEO.
my ($SOCKET, $ERROR, $LINGER, $SEND_TIMEOUT) = (1, 4, 13, 21);
# Maximum number of bytes per read. It is larger than most socket buffers, so that few reads transfer many bytes. Untouched memory is
# never allocated.
my $CHUNK = 1_048_576;
# Descriptors that connections leave free for the streams of new programs.
my $FREE_DESCRIPTORS = 200;
# Seconds in which the processes of an ended program can be killed. If some survive, init exits, and the kernel kills all others.
my $KILLED_WITHIN = 10;
my %calls = (
  x64 => { prctl => 157, setsid => 112, sigmask => 14, signalfd => 289, exit_group => 231 },
  arm64 => { prctl => 167, setsid => 157, sigmask => 135, signalfd => 74, exit_group => 94 },
);

my %handle;      # each end of the relayed connections, by descriptor
my %other;       # opposite end of each connection, by descriptor
my %waiting;     # bytes to write to the opposite end, by descriptor
my %ended;       # true if the end has finished sending, by descriptor
my %dialed;      # descriptor and ID of the server's connections to ports, each by the other
my %dialing;     # connections to ports that are not established yet, by descriptor
my %supervisor;  # pid of the supervisor, by the program's ID
my %program;     # ID of the program, by the supervisor's pid
my %finished;    # wait status of programs whose processes may still be running, by ID
my %stopped;     # orphans that were stopped before they are killed
my %kept;        # dead orphans that cannot be reaped yet
my %paused;      # process groups (negative) and processes that the server has paused
my $finished_at = 0;

close_foreign_descriptors();
open my $control, '+<&=', 3 or die "No control channel: $!\n";
binmode $control;
close_on_exec($control);
my (undef, $arch, $uid, $gid, $streams, @forwards) = split /\0/, next_frame(), -1;
my $call = $calls{$arch};
# PR_SET_DUMPABLE.
syscall $call->{prctl}, 4, 0, 0, 0, 0;
$SIG{PIPE} = 'IGNORE';
drop_capabilities();
my $most_connections = count_connections();
# Each connection has two ends. Connections of the server to ports use at most half of the ends, so that programs can always use the forwards.
my $most_dialed = int($most_connections / 4);
my @listeners;
while (my ($port, $path) = splice @forwards, 0, 2) { push @listeners, [listen_at($port), $path] }
# Blocks every signal, so that only the descriptor reports that a child has ended.
mask_signals(~0);
my $children = watch_children();
tell_server('ready');
serve();

# Handles frames, ended programs and connections until the server closes the control channel.
sub serve {
  my $received = '';
  my $is_full = 0;
  while (1) {
    my ($reads, $writes) = ('', '');
    vec($reads, fileno $_, 1) = 1 for $control, $children;
    if (!$is_full) { vec($reads, fileno $_->[0], 1) = 1 for @listeners }
    vec($writes, $_, 1) = 1 for keys %dialing;
    for my $number (keys %other) {
      my $unsent = length $waiting{$number};
      vec($reads, $number, 1) = 1 if !$unsent && !$ended{$number};
      vec($writes, fileno $other{$number}, 1) = 1 if $unsent;
    }
    # While an ended program has processes, it looks for them again after a short time.
    my $count = select $reads, $writes, undef, %finished ? 0.005 : undef;
    if ($count < 0) { next }
    if (vec $reads, fileno $children, 1) { sysread $children, my $signals, 128; reap() }
    settle() if %finished;
    if (vec $reads, fileno $control, 1) {
      sysread $control, $received, $CHUNK, length $received or exit;
      while (length $received >= 4 && length $received >= 4 + unpack 'N', $received) {
        my $length = unpack 'N', $received;
        take_frame(split /\0/, substr($received, 4, $length), -1);
        substr $received, 0, 4 + $length, '';
      }
    }
    for my $number (keys %dialing) { answer($number) if vec $writes, $number, 1 }
    for my $number (keys %other) {
      next if !exists $other{$number};
      my $is_writable = length $waiting{$number} && vec $writes, fileno $other{$number}, 1;
      my $is_gone = vec($reads, $number, 1) ? !take($number) : $is_writable && !give($number);
      let_go($number) if $is_gone;
    }
    $is_full = keys %other >= $most_connections;
    for (@listeners) {
      last if $is_full;
      $is_full = 1 if vec($reads, fileno $_->[0], 1) && !meet(@$_);
    }
  }
}

sub take_frame {
  my ($kind, $id, @words) = @_;
  if ($kind eq 'run') { start_program($id, @words) }
  elsif ($kind eq 'kill') { kill 'KILL', $supervisor{$id} if $supervisor{$id} }
  elsif ($kind eq 'connect') { dial($id, $AF_INET, @words) }
  elsif ($kind eq 'hang_up') { hang_up($id) }
  elsif ($kind eq 'pause') { tell_server('paused', pause_programs()) }
  elsif ($kind eq 'resume') { kill 'CONT', keys %paused; %paused = () }
}

# Starts a program with its three streams. A failure is reported to the server.
sub start_program {
  my ($id, @words) = @_;
  my @streams = map { open_stream($_) or return tell_server('failed', $id, "its streams: $!") } splice @words, 0, 3;
  my ($cwd, $arguments) = splice @words, 0, 2;
  my @argv = splice @words, 0, $arguments;
  my $pid = fork;
  if (!defined $pid) { return tell_server('failed', $id, "fork: $!") }
  if ($pid == 0) { supervise({ streams => \@streams, cwd => $cwd, argv => \@argv, env => \@words }) }
  $supervisor{$id} = $pid;
  $program{$pid} = $id;
}

# Connects to the server's socket and sends the token. Returns the connection, which blocks, because it becomes a program's descriptor.
sub open_stream {
  my ($token) = @_;
  socket my $stream, $AF_UNIX, $STREAM, 0 or return;
  # The wait ends after five seconds if the server accepts no connection.
  setsockopt $stream, $SOCKET, $SEND_TIMEOUT, pack 'qq', 5, 0;
  connect $stream, pack 'S Z108', $AF_UNIX, $streams or return;
  (syswrite($stream, $token) // 0) == length $token or return;
  setsockopt $stream, $SOCKET, $SEND_TIMEOUT, pack 'qq', 0, 0;
  return $stream;
}

# Runs in a child process. Starts the program, adopts its orphans and ends as the program does. Never returns.
sub supervise {
  my ($one) = @_;
  # The program's process group would otherwise count as orphaned. Not only Linux runs sandboxes: another kernel sends SIGHUP to an orphaned
  # group whenever a process of it ends while another is paused.
  syscall $call->{setsid};
  # Otherwise connections would stay open while the program runs.
  (%handle, %other, %dialing) = ();
  close $_ for $control, $children, map { $_->[0] } @listeners;
  # PR_SET_CHILD_SUBREAPER.
  syscall $call->{prctl}, 36, 1, 0, 0, 0;
  my $pid = fork;
  if (!defined $pid) {
    open STDERR, '>&', $one->{streams}[2];
    refuse(126, "fork: $!");
  }
  if ($pid == 0) { run_program($one) }
  close $_ for @{ $one->{streams} };
  my $ended;
  do { $ended = waitpid -1, 0 } until $ended == $pid || $ended < 0;
  my ($signal, $code) = ($? & 127, $? >> 8);
  if ($signal) {
    $SIG{PIPE} = 'DEFAULT';
    kill $signal, $$;
    mask_signals(0);
  }
  syscall $call->{exit_group}, $code;
}

# Replaces the process with the program. Never returns.
sub run_program {
  my ($one) = @_;
  my ($in, $out, $errors) = @{ $one->{streams} };
  open STDIN, '<&', $in;
  open STDOUT, '>&', $out;
  open STDERR, '>&', $errors;
  become_user() if $uid ne '';
  # A process group of its own, so that a signal to it reaches no other program.
  setpgrp 0, 0;
  # If memory runs out, the kernel kills a program before it kills init. A process that is not dumpable cannot write this file.
  syscall $call->{prctl}, 4, 1, 0, 0, 0;
  if (open my $score, '>', '/proc/self/oom_score_adj') { syswrite $score, '300' }
  chdir $one->{cwd} or refuse(127, "in $one->{cwd}", $!);
  my @argv = @{ $one->{argv} };
  %ENV = map { split /=/, $_, 2 } @{ $one->{env} };
  $SIG{PIPE} = 'DEFAULT';
  mask_signals(0);
  exec { $argv[0] } @argv or refuse($! == $ENOENT ? 127 : 126, $argv[0], $!);
}

# Switches to the programs' user without capabilities, if init has a user of its own.
sub become_user {
  # PR_CAPBSET_DROP.
  syscall $call->{prctl}, 24, $_, 0, 0, 0 for 0 .. 63;
  $( = $gid + 0;
  $) = "$gid $gid";
  $< = $> = $uid + 0;
  refuse(126, 'its user', $!) if $< != $uid || $> != $uid;
}

# Prints the reason and exits with a shell's status: 127 if the command or its folder is missing, otherwise 126.
sub refuse {
  my ($code, $what, $why) = @_;
  my $said = defined $why ? ": " . ($why == $ENOENT ? 'not found' : $why) : '';
  syswrite STDERR, "The sandbox cannot run $what$said\n";
  syscall $call->{exit_group}, $code;
}

# Collects the children that have ended, and notes the ended programs.
sub reap {
  while ((my $pid = waitpid -1, 1) > 0) {
    my $status = $?;
    delete $kept{$pid};
    my $id = delete $program{$pid};
    next if !defined $id;
    delete $supervisor{$id};
    $finished_at = time if !%finished;
    $finished{$id} = $status;
  }
}

# Reports the ended programs once no orphan is left. Ends the sandbox if an orphan cannot be killed in time.
sub settle {
  if (kill_orphans()) {
    exit 1 if time - $finished_at > $KILLED_WITHIN;
    return reap();
  }
  %stopped = ();
  while (my ($id, $status) = each %finished) { tell_server('exit', $id, $status & 127 ? ('', $status & 127) : ($status >> 8, '')) }
  %finished = ();
}

# Makes one attempt to kill the processes that are below no supervisor. Returns false if there are none. First stops them, until none is
# new, because a process that forks quickly would otherwise escape. Stopped processes also use up the limit of a fork bomb.
sub kill_orphans {
  my $process;
  my $children = list_children() // [grep { $process->{$_}{parent} == 1 } keys %{ $process = list_processes() }];
  return 0 if !grep { !$program{$_} && !$kept{$_} } @$children;
  $process //= list_processes();
  my @orphans = grep { !is_supervised($_, $process) } keys %$process;
  # A program that traces a dead process can keep it from being reaped. Only a process that is still there at the next attempt is kept,
  # because a process that forks and exits at once is dead whenever init looks at it.
  my %is_dead = map { $_ => 1 } grep { $process->{$_}{state} eq 'Z' && count_threads($_) < 2 } @orphans;
  %kept = %is_dead;
  my @alive = grep { !$is_dead{$_} } @orphans;
  my @new = grep { !$stopped{$_}++ } @alive;
  if (@new) { kill 'STOP', @new }
  else { kill 'KILL', @alive; %stopped = () }
  return 1;
}

# Returns the pids of init's children, or nothing if the kernel does not list them.
sub list_children {
  open my $file, '<', '/proc/1/task/1/children' or return;
  local $/;
  return [split ' ', <$file> // ''];
}

# Returns the parent and the state of every process except init, by pid.
sub list_processes {
  my %found;
  opendir my $folder, '/proc' or return \%found;
  local $/;
  for my $pid (grep { /^\d+$/ && $_ != 1 } readdir $folder) {
    open my $file, '<', "/proc/$pid/stat" or next;
    # A process chooses its own name, which is in parentheses.
    my ($state, $parent, $group) = (<$file> // '') =~ /.*\) (\S) (\d+) (\d+)/s or next;
    $found{$pid} = { state => $state, parent => $parent, group => $group };
  }
  return \%found;
}

# Returns true if the process is a supervisor or below one. A process whose parent ended in the meantime counts as supervised for now.
sub is_supervised {
  my ($pid, $process) = @_;
  while (!$program{$pid}) {
    my $one = $process->{$pid} or return 1;
    return 0 if $one->{parent} == 1;
    $pid = $one->{parent};
  }
  return 1;
}

sub count_threads { return scalar(() = glob "/proc/$_[0]/task/*") }

# Stops every program until it is resumed. Returns 1 if all threads have stopped within ten seconds, otherwise 0. The server uses this only
# if the host cannot stop the processes itself. It stops and continues process groups as a whole, so that none of their processes ends
# while another is stopped: see supervise. Stops the processes of a group one by one if the group has one that must not be continued later.
sub pause_programs {
  my $until = time + 10;
  my %is_apart = map { $_->{group} => 1 } grep { $_->{state} =~ /[Tt]/ } values %{ list_processes() };
  while (time < $until) {
    my $process = list_processes();
    my $are_still = 1;
    for my $pid (grep { !$program{$_} } keys %$process) {
      my ($state, $group) = @{ $process->{$pid} }{qw(state group)};
      next if $state =~ /[TtZX]/ && !grep { !is_still($_) } glob "/proc/$pid/task/*";
      # The group of a supervisor has the program that it is about to start.
      my $target = $is_apart{$group} || $program{$group} ? $pid : -$group;
      # A parent that waits for its vforked child cannot stop, and does nothing before the child continues.
      next if $paused{$target} && $state eq 'D';
      $are_still = 0;
      $paused{$target} = 1;
      kill 'STOP', $target;
    }
    return 1 if $are_still;
    select undef, undef, undef, 0.002;
  }
  return 0;
}

sub is_still {
  open my $file, '<', "$_[0]/stat" or return 1;
  local $/;
  return (<$file> // ') X') =~ /.*\) [TtZX]/s;
}

# Closes all descriptors above 3. They are inherited from the process that started the server.
sub close_foreign_descriptors {
  opendir my $folder, '/proc/self/fd' or die "/proc/self/fd: $!\n";
  my @open = grep { /^\d+$/ && $_ > 3 } readdir $folder;
  closedir $folder;
  for my $number (@open) { if (open my $handle, '<&=', $number) { close $handle } }
}

# Removes every capability that init does not have from those that programs could gain.
sub drop_capabilities {
  open my $file, '<', '/proc/self/status' or die "/proc/self/status: $!\n";
  my ($held) = map { /^CapPrm:\s*([0-9a-f]+)/ } <$file>;
  # PR_CAPBSET_DROP. It fails if there are none to remove.
  for (0 .. 63) { syscall $call->{prctl}, 24, $_, 0, 0, 0 if !(hex($held) >> $_ & 1) }
}

# Returns the maximum number of connection ends.
sub count_connections {
  open my $file, '<', '/proc/self/limits' or die "/proc/self/limits: $!\n";
  my ($soft) = map { /^Max open files\s+(\d+)/ } <$file>;
  $soft = 10_000 if !$soft || $soft > 10_000;
  return $soft > 2 * $FREE_DESCRIPTORS ? $soft - $FREE_DESCRIPTORS : $soft / 2;
}

# Listens on a loopback port without blocking. Dies if the port is unavailable.
sub listen_at {
  my ($port) = @_;
  socket my $listener, $AF_INET, $STREAM, 0 or die "socket: $!\n";
  bind $listener, address($AF_INET, $port) or die "port $port: $!\n";
  listen $listener, 1024 or die "port $port: $!\n";
  do_not_wait($listener);
  return $listener;
}

# Returns the socket address of a loopback port.
sub address {
  my ($family, $port) = @_;
  return pack 'S n a4 x8', $family, $port, "\x7f\0\0\1" if $family == $AF_INET;
  return pack 'S n N a16 N', $family, $port, 0, "\0" x 15 . "\1", 0;
}

# Sets the mask of blocked signals (SIG_SETMASK).
sub mask_signals {
  my $mask = pack 'Q', $_[0];
  syscall($call->{sigmask}, 2, $mask, 0, 8) == 0 or die "rt_sigprocmask: $!\n";
}

# Returns a descriptor that becomes readable on SIGCHLD (signalfd(2) with SFD_CLOEXEC).
sub watch_children {
  my $mask = pack 'Q', 1 << 16;
  my $descriptor = syscall $call->{signalfd}, -1, $mask, 8, 0x80000;
  die "signalfd: $!\n" if $descriptor < 0;
  open my $signals, '<&=', $descriptor or die "signalfd: $!\n";
  return $signals;
}

# F_SETFD with FD_CLOEXEC.
sub close_on_exec { fcntl $_[0], 2, 1 }

# Makes a descriptor nonblocking: F_SETFL with O_RDWR | O_NONBLOCK.
sub do_not_wait { fcntl $_[0], 4, 2 | 2048 }

# Starts to connect the server to a loopback port, first with IPv4.
sub dial {
  my ($id, $family, $token, $port) = @_;
  # A connection that is being established counts, too.
  my $dialed = keys(%dialed) / 2 + keys %dialing;
  if ($dialed >= $most_dialed || keys %other >= $most_connections) { return tell_server('refused', $id) }
  socket my $client, $family, $STREAM, 0 or return tell_server('refused', $id);
  do_not_wait($client);
  my $number = fileno $client;
  $dialing{$number} = { handle => $client, id => $id, family => $family, token => $token, port => $port };
  if (connect $client, address($family, $port) or $! == $EINPROGRESS) { return }
  redial($number);
}

# Tries IPv6 after IPv4. Then reports that nothing listens.
sub redial {
  my $one = delete $dialing{ $_[0] };
  return dial($one->{id}, $AF_INET6, @$one{qw(token port)}) if $one->{family} == $AF_INET;
  tell_server('refused', $one->{id});
}

# Relays an established connection to the server.
sub answer {
  my ($number) = @_;
  my $one = $dialing{$number} or return;
  return redial($number) if unpack 'i', getsockopt $one->{handle}, $SOCKET, $ERROR;
  delete $dialing{$number};
  my $stream = open_stream($one->{token}) or return tell_server('refused', $one->{id});
  $dialed{"id $one->{id}"} = fileno $stream;
  $dialed{ fileno $stream } = "id $one->{id}";
  relay($one->{handle}, $stream);
}

# Closes a connection of the server to a port. Does nothing if it has ended.
sub hang_up {
  my ($id) = @_;
  delete $dialing{$_} for grep { $dialing{$_}{id} == $id } keys %dialing;
  let_go($dialed{"id $id"}) if exists $dialed{"id $id"};
}

# Accepts a connection and connects it to its socket. Returns false if no descriptor is left. The caller then waits until one is free.
sub meet {
  my ($listener, $path) = @_;
  accept my $client, $listener or return $! != $EMFILE && $! != $ENFILE;
  socket my $socket, $AF_UNIX, $STREAM, 0 or return 0;
  do_not_wait($socket);
  if (!connect $socket, pack 'S Z108', $AF_UNIX, $path) {
    # A timeout of zero sends a reset, so that the client sees a failed connection.
    setsockopt $client, $SOCKET, $LINGER, pack 'ii', 1, 0;
    return 1;
  }
  relay($client, $socket);
  return 1;
}

# Relays between a TCP connection and a Unix socket.
sub relay {
  my ($client, $socket) = @_;
  do_not_wait($_) for $client, $socket;
  # TCP_NODELAY.
  setsockopt $client, 6, 1, 1;
  for ([$client, $socket], [$socket, $client]) {
    my $number = fileno $_->[0];
    ($handle{$number}, $other{$number}, $waiting{$number}, $ended{$number}) = ($_->[0], $_->[1], '', 0);
  }
}

# Reads from one end of a connection and writes to the opposite end. Returns false if the connection has ended.
sub take {
  my ($number) = @_;
  my $count = sysread $handle{$number}, $waiting{$number}, $CHUNK;
  if (!defined $count) { return $! == $EAGAIN || $! == $EINTR }
  $ended{$number} = 1 if $count == 0;
  return give($number);
}

# Writes waiting bytes to the opposite end. Returns false if the connection has ended.
sub give {
  my ($number) = @_;
  if (length $waiting{$number}) {
    my $count = syswrite $other{$number}, $waiting{$number};
    if (!defined $count) { return $! == $EAGAIN || $! == $EINTR }
    substr $waiting{$number}, 0, $count, '';
  }
  return 1 if !$ended{$number} || length $waiting{$number};
  # Only this direction has ended. The opposite end may continue to send.
  shutdown $other{$number}, 1;
  return !$ended{fileno $other{$number}} || length $waiting{fileno $other{$number}};
}

# Closes both ends of a connection.
sub let_go {
  my ($number) = @_;
  for (fileno $other{$number}, $number) {
    delete $dialed{ delete $dialed{$_} } if exists $dialed{$_};
    delete $handle{$_};
    delete $other{$_};
    delete $waiting{$_};
    delete $ended{$_};
  }
}

# Waits for the next frame of the control channel and returns its content.
sub next_frame {
  return exactly(unpack 'N', exactly(4));
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

# Sends a frame to the server. Exits if the server is gone.
sub tell_server {
  my $frame = substr join("\0", @_), 0, 500;
  $frame = pack('N', length $frame) . $frame;
  while (length $frame) {
    my $count = syswrite $control, $frame;
    exit 0 if !defined $count;
    substr $frame, 0, $count, '';
  }
}
