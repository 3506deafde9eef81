# Runs a program on a new pseudo terminal inside the sandbox. The terminal belongs to the sandbox's devpts and does not exist on the host.
# The exit status is that of the program, or 128 plus the number of the signal that ended it.
# Arguments: rows, columns, the number of further variables of the program, these as NAME=VALUE, the program and its arguments. Standard input carries frames: "i", a 32-bit length and that many bytes of
# input, or "r" and 16-bit rows and columns (all big-endian). Standard output carries the terminal's output.
# It is written in Perl, like init, because Node cannot create a pseudo terminal and script(1) cannot set its size. The
# constants are for Linux.
use strict;
use POSIX ();

my ($TIOCSPTLCK, $TIOCGPTN, $TIOCSWINSZ, $TIOCSCTTY) = (0x40045431, 0x80045430, 0x5414, 0x540e);
my ($EINTR, $EAGAIN) = (4, 11);
my $CHUNK = 65_536;

my ($rows, $columns, $variables, @argv) = @ARGV;
my %later = map { split /=/, $_, 2 } splice @argv, 0, $variables;
delete $ENV{PERL_BADLANG};
my $program;
open my $terminal, '+<', '/dev/ptmx' or refuse("/dev/ptmx: $!");
my ($unlocked, $number) = (pack('i', 0), pack('I', 0));
ioctl $terminal, $TIOCSPTLCK, $unlocked or refuse("unlocking it: $!");
ioctl $terminal, $TIOCGPTN, $number or refuse("its number: $!");
my $path = '/dev/pts/' . unpack 'I', $number;
resize($rows, $columns);

$SIG{PIPE} = 'IGNORE';
# With a handler, the end of the program interrupts select.
$SIG{CHLD} = sub { };
$program = fork;
if (!defined $program) { refuse("fork: $!") }
if ($program == 0) { run() }
do_not_wait($_) for $terminal, \*STDOUT;

# Incomplete input frames, input for the program, output for the caller, and the wait status of the program once it has ended.
my ($received, $typed, $shown, $ending) = ('', '', '', undef);
while (1) {
  my ($reads, $writes) = ('', '');
  # Applies backpressure in both directions. Reads no input while the program does not read it, and no output while the caller does not.
  vec($reads, 0, 1) = 1 if length $typed < $CHUNK;
  vec($reads, fileno $terminal, 1) = 1 if !length $shown;
  vec($writes, fileno $terminal, 1) = 1 if length $typed;
  vec($writes, 1, 1) = 1 if length $shown;
  # The timeout covers a signal that arrives just before select.
  if (select($reads, $writes, undef, defined $ending ? 0 : 1) < 0) { $reads = $writes = '' }
  if (length $shown) { last if !show() }
  elsif (!look() && defined $ending) { last }
  if (vec $reads, 0, 1) { last if !read_input() }
  if (length $typed) { type_in() }
  if (!defined $ending && waitpid($program, POSIX::WNOHANG()) == $program) { $ending = $? }
}
exit(!defined $ending ? 0 : ($ending & 127) ? 128 + ($ending & 127) : $ending >> 8);

# Runs the program with the terminal as its controlling terminal and its standard streams. Never returns.
sub run {
  POSIX::setsid();
  open my $side, '+<', $path or refuse("$path: $!");
  ioctl $side, $TIOCSCTTY, 0;
  for (0 .. 2) { POSIX::dup2(fileno $side, $_) }
  $SIG{PIPE} = $SIG{CHLD} = 'DEFAULT';
  %ENV = (%ENV, %later);
  exec { $argv[0] } @argv or refuse("$argv[0]: $!");
}

# Prints the reason and exits with status 126.
sub refuse {
  syswrite STDERR, "The sandbox cannot open a terminal: $_[0]\n";
  POSIX::_exit(126);
}

# Makes a descriptor nonblocking: F_SETFL with O_RDWR | O_NONBLOCK.
sub do_not_wait { fcntl $_[0], 4, 2 | 2048 }

# Sets the terminal's size in rows and columns.
sub resize {
  ioctl $terminal, $TIOCSWINSZ, my $size = pack 'SSSS', @_, 0, 0;
  # Linux sends SIGWINCH to the foreground process group. The separate kernel of a sandbox does not, and reports no such group (-1).
  # There, all processes of the program's session receive it. A process without a handler ignores the signal.
  return if !$program || POSIX::tcgetpgrp(fileno $terminal) != -1;
  for my $file (glob '/proc/[0-9]*/stat') {
    open my $stat, '<', $file or next;
    my ($pid, $session) = (<$stat> // '') =~ /^(\d+) .*\) \S \d+ \d+ (\d+)/ or next;
    kill 'WINCH', $pid if $session == $program;
  }
}

# Reads output of the terminal. Returns false if no output is available or the terminal has ended.
sub look {
  my $count = sysread $terminal, $shown, $CHUNK;
  $shown = '' if !$count;
  return $count || (!defined $count && $! == $EINTR);
}

# Writes output to the caller. Returns false if the caller has closed its end.
sub show {
  my $count = syswrite STDOUT, $shown;
  if (!defined $count) { return $! == $EAGAIN || $! == $EINTR }
  substr $shown, 0, $count, '';
  return 1;
}

# Reads input, and handles all complete frames in it. Returns false if the input has ended.
sub read_input {
  my $count = sysread STDIN, $received, $CHUNK, length $received;
  if (!defined $count) { return $! == $EAGAIN || $! == $EINTR }
  return 0 if $count == 0;
  while (length $received) {
    if (ord $received == ord 'r') {
      last if length $received < 5;
      resize(unpack 'x n n', $received);
      substr $received, 0, 5, '';
      next;
    }
    last if length $received < 5;
    my $length = unpack 'x N', $received;
    last if length $received < 5 + $length;
    $typed .= substr $received, 5, $length;
    substr $received, 0, 5 + $length, '';
  }
  return 1;
}

# Writes input to the terminal, as much as it accepts.
sub type_in {
  my $count = syswrite $terminal, $typed;
  substr $typed, 0, $count, '' if defined $count;
}
