# The starter starts programs for the server. Forking the server would block its event loop for milliseconds, in proportion to the
# server's memory. Forking this 5 MB process takes a tenth of a millisecond.
# Descriptor 3 is the control channel (see frames.ts). For each stream of a program, the new process connects to the server's abstract
# socket and sends the token that names the stream. The connection becomes the program's descriptor, so no data passes through the starter.
# The kernel kills the starter when the server dies, and a program when the starter dies.
# It is written in Perl with few modules, so that it stays small and starts fast. The constants are for Linux on x64 and arm64.
use strict;
use Fcntl;
require(__FILE__ =~ s{[^/]+$}{control-channel.pl}r);

our ($control, $call);

my ($AF_UNIX, $STREAM) = (1, 1);
my ($CORE, $FILE_SIZE, $MEMORY) = (4, 1, 9);
# Descriptors from this number on are free while the descriptors of a program are put in place.
my $FREE = 100;
my %calls = (
  x64 => { prctl => 157, prlimit64 => 302, setsid => 112, sigmask => 14, signalfd => 289, dup3 => 292, close => 3 },
  arm64 => { prctl => 167, prlimit64 => 261, setsid => 157, sigmask => 135, signalfd => 74, dup3 => 24, close => 57 },
);

my %pid_of;
my %id_of;
open_control();
my (undef, $server, $arch, $name) = split /\0/, next_frame(), -1;
$call = $calls{$arch} or die "programs cannot be started on $arch\n";
my $starter = $$;
close_inherited();
die_with($server);
my $woken = take_child_signals();
$SIG{PIPE} = 'IGNORE';
serve();

# Handles frames and ended programs until the control channel is closed.
sub serve {
  while (1) {
    my $reads = '';
    vec($reads, fileno $_, 1) = 1 for $control, $woken;
    next if select($reads, undef, undef, undef) < 0;
    take_frames() if vec $reads, fileno $control, 1;
    if (vec $reads, fileno $woken, 1) { sysread $woken, my $bytes, 128; reap() }
  }
}

# Handles a frame from the server, which starts or kills a program.
sub take_frame {
  my ($kind, $id, @words) = split /\0/, $_[0], -1;
  if ($kind eq 'kill') {
    kill 'KILL', -$pid_of{$id}, $pid_of{$id} if $pid_of{$id};
    return;
  }
  my %one;
  @one{qw(cwd uid gid niceness memory file record)} = splice @words, 0, 7;
  for (qw(args env folders files streams opened)) { my $count = shift @words; $one{$_} = [splice @words, 0, $count] }
  my $pid = fork;
  if (!defined $pid) { return tell_server('failed', $id, "fork: $!") }
  become(\%one) if $pid == 0;
  $pid_of{$id} = $pid;
  $id_of{$pid} = $id;
  tell_server('started', $id, $pid, start_time($pid));
}

# Runs in the new process, and replaces it with the program. Never returns.
sub become {
  my ($one) = @_;
  $SIG{PIPE} = 'DEFAULT';
  mask_child_signals(1);
  die_with($starter);
  syscall $call->{setsid};
  take_descriptors($one);
  record($one->{record}) if $one->{record} ne '';
  for (@{ $one->{folders} }) { mkdir $_, 0755 or $!{EEXIST} or refuse(125, "$_: $!") }
  my @files = @{ $one->{files} };
  while (my ($path, $text, $is_optional) = splice @files, 0, 3) {
    next if $is_optional && !-e $path;
    sysopen my $file, $path, O_WRONLY | O_CREAT | O_TRUNC or refuse(125, "$path: $!");
    defined syswrite $file, $text or refuse(125, "$path: $!");
  }
  limit($CORE, 0);
  limit($FILE_SIZE, $one->{file}) if $one->{file} ne '';
  limit($MEMORY, $one->{memory}) if $one->{memory} ne '';
  setpriority 0, 0, $one->{niceness} or refuse(125, "setpriority: $!") if $one->{niceness} ne '';
  chdir $one->{cwd} or refuse(126, "$one->{cwd}: $!");
  if ($one->{uid} ne '') {
    change_user(@$one{qw(uid gid)});
    # The change cleared the signal.
    die_with($starter);
  }
  %ENV = map { split /=/, $_, 2 } @{ $one->{env} };
  exec { $one->{args}[0] } @{ $one->{args} } or refuse(127, "$one->{args}[0]: $!");
}

# Connects the streams and opens the files, and puts them at the descriptors of the program. The other standard descriptors are empty.
sub take_descriptors {
  my ($one) = @_;
  my %from;
  my @streams = @{ $one->{streams} };
  while (my ($number, $token) = splice @streams, 0, 2) {
    socket my $stream, $AF_UNIX, $STREAM, 0 or exit 125;
    connect $stream, pack 'S a*', $AF_UNIX, "\0$name" or exit 125;
    (syswrite $stream, $token) == length $token or exit 125;
    $from{$number} = move_up($stream);
  }
  my @unread;
  my @opened = @{ $one->{opened} };
  while (my ($number, $path) = splice @opened, 0, 2) {
    if (sysopen my $file, $path, O_RDONLY) { $from{$number} = move_up($file) }
    else { push @unread, "$path: $!" }
  }
  sysopen my $empty, '/dev/null', O_RDWR or exit 125;
  for (0 .. 2) { $from{$_} //= move_up($empty) }
  # Otherwise, Perl would close the number later, which then belongs to the program.
  close $empty;
  # The copy has no close-on-exec flag. All other descriptors of the starter have one.
  for (keys %from) { syscall($call->{dup3}, $from{$_}, $_ + 0, 0) == $_ or exit 125 }
  refuse(125, $unread[0]) if @unread;
}

# Returns a copy of a descriptor that closes when the program starts.
sub move_up {
  my $copy = fcntl $_[0], 1030, $FREE or exit 125;
  return $copy + 0;
}

# Creates an empty file that names this process by its ID and start time (see process-records.ts), so that the next server can kill it.
sub record {
  my ($prefix) = @_;
  open my $file, '>', "$prefix$$-" . start_time($$) or refuse(125, "$prefix: $!");
}

# Returns the start time of a process that has not been waited for: field 22 of proc_pid_stat(5).
sub start_time {
  open my $stat, '<', "/proc/$_[0]/stat" or return '';
  my $text = <$stat>;
  return (split / /, substr $text, 2 + rindex $text, ')')[19];
}

sub change_user {
  my ($uid, $gid) = @_;
  $( = $gid + 0;
  $) = "$gid $gid";
  $< = $> = $uid + 0;
  refuse(125, 'the user could not be changed') if $< != $uid || $> != $uid || $( + 0 != $gid || $) ne "$gid $gid";
}

# Lets the kernel kill this process when its parent dies (PR_SET_PDEATHSIG), unless the parent is already dead.
sub die_with {
  syscall $call->{prctl}, 1, 9, 0, 0, 0;
  exit 0 if getppid != $_[0];
}

# Prints the reason, and exits.
sub refuse { syswrite STDERR, "$_[1]\n"; exit $_[0] }

# Lowers a resource limit. A lower limit of the machine stays in effect.
sub limit {
  my ($which, $most) = @_;
  my $now = pack 'QQ', 0, 0;
  syscall $call->{prlimit64}, 0, $which, 0, $now;
  my ($soft, $hard) = unpack 'QQ', $now;
  my $next = $most < $hard ? $most : $hard;
  my $set = pack 'QQ', $next < $soft ? $next : $soft, $next;
  syscall($call->{prlimit64}, 0, $which, $set, 0) == 0 or refuse(125, "prlimit: $!");
}

# Reports the status of all programs that have ended.
sub reap {
  while ((my $pid = waitpid -1, 1) > 0) {
    my $status = $?;
    my $id = delete $id_of{$pid};
    delete $pid_of{$id};
    my $signal = $status & 127;
    tell_server('exit', $id, $signal ? ('', $signal) : ($status >> 8, ''));
  }
}

# Kills all programs and exits.
sub end_all {
  kill 'KILL', -$_, $_ for values %pid_of;
  exit 0;
}
