# The first program of a sandbox. A sandbox has no network: the launcher listens on the sandbox's loopback interface and
# forwards each port to a Unix socket. It starts the command and exits when the command ends. The kernel then ends all
# other processes of the sandbox.
# Descriptor 3 provides the instructions (see instructions.ts), so that argument lists contain no secrets. The launcher writes two
# lines back to it: "started", and finally "exit CODE" or "signal NUMBER".
# The launcher uses Perl without modules, which starts ten times faster than Node. The constants are for Linux on x64 and arm64.
use strict;

my $AF_UNIX = 1;
my $AF_INET = 2;
my $STREAM = 1;
my ($ENOENT, $EINTR, $EAGAIN, $ENFILE, $EMFILE) = (2, 4, 11, 23, 24);
# Maximum number of bytes per read. It is larger than most socket buffers, so that few reads transfer many bytes. Untouched memory is
# never allocated.
my $CHUNK = 1_048_576;
my %other;      # opposite end of each connection, by descriptor
my %waiting;    # bytes to write to the opposite end, by descriptor
my %ended;      # true if the end has finished sending, by descriptor

close_foreign_descriptors();
open my $channel, '+<&=', 3 or die "No instructions: $!\n";
my ($cwd, $argv, $env, $forwards) = read_instructions();
my %path_of = map { (fileno $_->[0] => $_->[1]) } my @listeners = map { [listen_at($_->[0]), $_->[1]] } @$forwards;
syswrite $channel, "started\n";

my $forwarder = fork;
if (!defined $forwarder) { refuse(126, "fork: $!") }
if ($forwarder == 0) { close $channel; let_go_of_output(); forward_all() }
my $command = fork;
if (!defined $command) { refuse(126, "fork: $!") }
if ($command == 0) { run_command() }
let_go_of_output();
waitpid $command, 0;
syswrite $channel, ($? & 127) ? 'signal ' . ($? & 127) . "\n" : 'exit ' . ($? >> 8) . "\n";

# Closes all descriptors above 3. They are inherited from the process that started the server.
sub close_foreign_descriptors {
  opendir my $folder, '/proc/self/fd' or die "/proc/self/fd: $!\n";
  my @open = grep { /^\d+$/ && $_ > 3 } readdir $folder;
  closedir $folder;
  for my $number (@open) { if (open my $handle, '<&=', $number) { close $handle } }
}

# Returns the working directory, the command with its arguments, its environment, and the pairs of port and socket path to forward.
sub read_instructions {
  local $/;
  my ($count, @words) = split /\0/, <$channel>, -1;
  my @forwards = map { [splice @words, 0, 2] } 1 .. $count;
  my ($cwd, $arguments) = splice @words, 0, 2;
  my @argv = splice @words, 0, $arguments;
  pop @words;
  return ($cwd, \@argv, { map { split /=/, $_, 2 } @words }, \@forwards);
}

# Listens on a loopback port without blocking. Dies if the port is unavailable.
sub listen_at {
  my ($port) = @_;
  socket my $listener, $AF_INET, $STREAM, 0 or die "socket: $!\n";
  bind $listener, pack 'S n a4 x8', $AF_INET, $port, "\x7f\0\0\1" or die "port $port: $!\n";
  listen $listener, 1024 or die "port $port: $!\n";
  do_not_wait($listener);
  return $listener;
}

# Replaces the process with the command. Never returns.
sub run_command {
  close $channel;
  chdir $cwd or refuse(127, "in $cwd", $!);
  %ENV = %$env;
  exec { $argv->[0] } @$argv or refuse($! == $ENOENT ? 127 : 126, $argv->[0], $!);
}

# Prints the reason and exits with a shell's status: 127 if the command or its folder is missing, otherwise 126.
sub refuse {
  my ($code, $what, $why) = @_;
  my $said = defined $why ? ": " . ($why == $ENOENT ? 'not found' : $why) : '';
  syswrite STDERR, "The sandbox cannot run $what$said\n";
  exit $code;
}

# Replaces the standard streams with /dev/null, so that only the command keeps them open.
sub let_go_of_output {
  for (\*STDIN, \*STDOUT, \*STDERR) { open $_, '+<', '/dev/null' }
}

# Makes a descriptor nonblocking: F_SETFL with O_RDWR | O_NONBLOCK.
sub do_not_wait { fcntl $_[0], 4, 2 | 2048 }

# Forwards all connections until the sandbox ends. Accepts no connections while the process has no descriptors left.
sub forward_all {
  $SIG{PIPE} = 'IGNORE';
  my $is_full = 0;
  my %handle;
  while (1) {
    my ($reads, $writes) = ('', '');
    if (!$is_full) { vec($reads, fileno $_->[0], 1) = 1 for @listeners }
    for my $number (keys %other) {
      my $unsent = length $waiting{$number};
      vec($reads, $number, 1) = 1 if !$unsent && !$ended{$number};
      vec($writes, fileno $other{$number}, 1) = 1 if $unsent;
    }
    next if select($reads, $writes, undef, undef) < 0;
    for my $number (keys %other) {
      next if !exists $other{$number};
      my $is_writable = length $waiting{$number} && vec $writes, fileno $other{$number}, 1;
      my $is_gone = vec($reads, $number, 1) ? !take($number, \%handle) : $is_writable && !give($number, \%handle);
      if ($is_gone) { let_go($number, \%handle); $is_full = 0 }
    }
    for (@listeners) {
      next if !vec $reads, fileno $_->[0], 1;
      $is_full = 1 if !meet($_->[0], $_->[1], \%handle);
    }
  }
}

# Accepts a connection and connects it to its socket. Returns false if no descriptor is left. The caller then waits until one is free.
sub meet {
  my ($listener, $path, $handle) = @_;
  accept my $client, $listener or return $! != $EMFILE && $! != $ENFILE;
  socket my $socket, $AF_UNIX, $STREAM, 0 or return 0;
  do_not_wait($_) for $client, $socket;
  # TCP_NODELAY.
  setsockopt $client, 6, 1, 1;
  if (!connect $socket, pack 'S Z108', $AF_UNIX, $path) {
    # SO_LINGER with a timeout of zero sends a reset, so that the client sees a failed connection.
    setsockopt $client, 1, 13, pack 'ii', 1, 0;
    return 1;
  }
  for ([$client, $socket], [$socket, $client]) {
    my $number = fileno $_->[0];
    ($handle->{$number}, $other{$number}, $waiting{$number}, $ended{$number}) = ($_->[0], $_->[1], '', 0);
  }
  return 1;
}

# Reads from one end of a connection and writes to the opposite end. Returns false if the connection has ended.
sub take {
  my ($number, $handle) = @_;
  my $count = sysread $handle->{$number}, $waiting{$number}, $CHUNK;
  if (!defined $count) { return $! == $EAGAIN || $! == $EINTR }
  $ended{$number} = 1 if $count == 0;
  return give($number, $handle);
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
  my ($number, $handle) = @_;
  for (fileno $other{$number}, $number) {
    delete $handle->{$_};
    delete $other{$_};
    delete $waiting{$_};
    delete $ended{$_};
  }
}
