# Runs a program on a new pseudo terminal inside the sandbox. The terminal belongs to the sandbox's devpts and does not exist on the host.
# Arguments: rows, columns, the program and its arguments. Standard input carries frames: "i", a 32-bit length and that many bytes of
# input, or "r" and 16-bit rows and columns (all big-endian). Standard output carries the terminal's output.
# It is Perl, like the launcher: Node cannot create a pseudo terminal, and script(1) cannot set its size. The constants are for Linux.
use strict;
use POSIX ();

my ($TIOCSPTLCK, $TIOCGPTN, $TIOCSWINSZ, $TIOCSCTTY) = (0x40045431, 0x80045430, 0x5414, 0x540e);
my ($EINTR, $EAGAIN) = (4, 11);
my $CHUNK = 65_536;

my ($rows, $columns, @argv) = @ARGV;
open my $terminal, '+<', '/dev/ptmx' or refuse("/dev/ptmx: $!");
my ($unlocked, $number) = (pack('i', 0), pack('I', 0));
ioctl $terminal, $TIOCSPTLCK, $unlocked or refuse("unlocking it: $!");
ioctl $terminal, $TIOCGPTN, $number or refuse("its number: $!");
my $path = '/dev/pts/' . unpack 'I', $number;
resize($rows, $columns);

$SIG{PIPE} = 'IGNORE';
# A handler lets the end of the program interrupt select.
$SIG{CHLD} = sub { };
my $program = fork;
if (!defined $program) { refuse("fork: $!") }
if ($program == 0) { run() }
do_not_wait($_) for $terminal, \*STDOUT;

my ($received, $typed, $shown, $ending) = ('', '', '', undef);
while (1) {
  my ($reads, $writes) = ('', '');
  # Backpressure in both directions: reads no more input while the program does not take it, and no more output while the caller does not.
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

sub run {
  POSIX::setsid();
  open my $side, '+<', $path or refuse("$path: $!");
  ioctl $side, $TIOCSCTTY, 0;
  for (0 .. 2) { POSIX::dup2(fileno $side, $_) }
  $SIG{PIPE} = $SIG{CHLD} = 'DEFAULT';
  exec { $argv[0] } @argv or refuse("$argv[0]: $!");
}

sub refuse {
  syswrite STDERR, "The sandbox cannot open a terminal: $_[0]\n";
  POSIX::_exit(126);
}

# F_SETFL, O_RDWR | O_NONBLOCK.
sub do_not_wait { fcntl $_[0], 4, 2 | 2048 }

sub resize {
  ioctl $terminal, $TIOCSWINSZ, my $size = pack 'SSSS', @_, 0, 0;
  # Linux signals the programs of the terminal. A sandbox with a separate kernel does not, and reports no foreground group
  # (-1). Each terminal has an isolated environment there, so all its processes can be signaled: a program without a handler
  # ignores the signal.
  kill 'WINCH', -1 if POSIX::tcgetpgrp(fileno $terminal) == -1;
}

# Returns false if there is no output at the moment or the terminal has ended.
sub look {
  my $count = sysread $terminal, $shown, $CHUNK;
  $shown = '' if !$count;
  return $count || (!defined $count && $! == $EINTR);
}

# Returns false if the reader is gone.
sub show {
  my $count = syswrite STDOUT, $shown;
  if (!defined $count) { return $! == $EAGAIN || $! == $EINTR }
  substr $shown, 0, $count, '';
  return 1;
}

# Returns false if the input has ended.
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

sub type_in {
  my $count = syswrite $terminal, $typed;
  substr $typed, 0, $count, '' if defined $count;
}
