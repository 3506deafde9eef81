# The git runner starts git for the server. Forking the server would block its event loop for milliseconds. Forking this 5 MB process
# takes a tenth of a millisecond. If the machine allows it, the runner also confines the commands that it starts. It creates namespaces
# without a network once. Each command gets its own root folder with only the system's programs and the folders passed to it, no
# capabilities and, if the server is root, another user.
# Descriptor 3 is the control channel (see frames.ts). For a command's input and output, the server connects to an abstract socket. The
# connections become the command's descriptors. The runner exits when the server ends, and kills all commands that are still running.
# It is written in Perl with few modules, so that it stays small and starts fast. The constants are for Linux on x64 and arm64.
use strict;
use Fcntl;
require(__FILE__ =~ s{[^/]+$}{../starter/control-channel.pl}r);

our ($control, $call);

my $HEADER = 47;
my $MAX_STDERR = 65_536;
my $MAX_RUNNING = 1_000;
my ($NEWNS, $NEWUTS, $NEWIPC, $NEWUSER, $NEWPID, $NEWNET) = (0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000);
my ($RDONLY, $NOSUID, $NODEV, $NOEXEC, $REMOUNT, $BIND, $REC, $PRIVATE) = (1, 2, 4, 8, 32, 4096, 16384, 1 << 18);
my %calls = (
  x64 => { mount => 165, umount2 => 166, pivot_root => 155, unshare => 272, setns => 308, prctl => 157, prlimit64 => 302, setsid => 112, sigmask => 14, signalfd => 289, close => 3,
    looks => [0xc000003e, 101, 310, 311, 312, 438] },
  arm64 => { mount => 40, umount2 => 39, pivot_root => 41, unshare => 97, setns => 268, prctl => 167, prlimit64 => 261, setsid => 157, sigmask => 135, signalfd => 74, close => 57,
    looks => [0xc00000b7, 117, 270, 271, 272, 438] },
);

my (%incoming, %stream, %launch, %running, %id_of);
open_control();
my (undef, $name, $token, $uid, $arch, $wants_isolation, $proxy) = split /\0/, next_frame(), -1;
$call = $calls{$arch};
close_inherited();
socket my $listener, 1, 1, 0 or die "socket: $!\n";
bind $listener, pack 'S a*', 1, "\0$name" or die "bind: $!\n";
listen $listener, 1024 or die "listen: $!\n";
my ($network, $confines);
my $newest = 0;
my $why = $wants_isolation ? isolate() : 'it is not wanted';
my $port = $proxy eq '' ? 0 : start_relay();
raise_files();
my $woken = take_child_signals();
$SIG{PIPE} = 'IGNORE';
tell_server('ready', $why);
serve();

# Handles frames, connections, error output and ended commands until the control channel is closed.
sub serve {
  while (1) {
    my $reads = '';
    vec($reads, fileno $_, 1) = 1 for $control, $listener, $woken, map { $_->{handle} } values %incoming;
    for (values %running) { vec($reads, fileno $_->{errors}, 1) = 1 if $_->{errors} }
    next if select($reads, undef, undef, undef) < 0;
    take_frames() if vec $reads, fileno $control, 1;
    if (vec $reads, fileno $listener, 1) {
      if (accept my $handle, $listener) {
        # SO_PEERCRED. Rejects connections of other users.
        my (undef, $peer) = unpack 'iI', getsockopt $handle, 1, 17;
        $incoming{fileno $handle} = { handle => $handle, header => '' } if $peer == $uid;
      }
    }
    for my $number (keys %incoming) {
      next if !vec $reads, $number, 1;
      my $one = $incoming{$number};
      # MSG_DONTWAIT. The descriptor itself stays blocking, because git inherits it.
      defined recv $one->{handle}, my $bytes, $HEADER - length $one->{header}, 0x40 or next;
      $one->{header} .= $bytes;
      if (length $bytes && length $one->{header} < $HEADER) { next }
      delete $incoming{$number};
      my ($said, $id, $which) = split / /, $one->{header};
      # A command that was killed before its connections arrived does not need them.
      next if $said ne $token || ($id <= $newest && !$launch{$id + 0});
      $stream{$id + 0}[$which + 0] = $one->{handle};
      begin($id + 0);
    }
    for my $id (keys %running) {
      my $one = $running{$id};
      read_errors($one) if $one->{errors} && vec $reads, fileno $one->{errors}, 1;
    }
    if (vec $reads, fileno $woken, 1) { sysread $woken, my $bytes, 128; reap() }
  }
}

# Reads a command's standard error, and keeps its last bytes. Returns false if there is nothing to read now, or at its end.
sub read_errors {
  my ($one) = @_;
  my $count = sysread $one->{errors}, my $bytes, 65_536;
  if (!defined $count) { return }
  if ($count == 0) { delete $one->{errors}; return }
  $one->{stderr} .= $bytes;
  if (length $one->{stderr} > $MAX_STDERR) { $one->{stderr} = substr $one->{stderr}, -$MAX_STDERR }
  return 1;
}

# Reports the status and error output of all commands that have ended.
sub reap {
  while ((my $pid = waitpid -1, 1) > 0) {
    my $status = $?;
    my $id = delete $id_of{$pid};
    next if !defined $id;
    my $one = delete $running{$id};
    while ($one->{errors} && read_errors($one)) { }
    tell_server('exit', $id, $status & 127 ? '' : $status >> 8, $one->{stderr});
  }
}

# Handles a frame from the server, which starts or kills a command.
sub take_frame {
  my ($kind, $id, @words) = split /\0/, $_[0], -1;
  if ($kind eq 'kill') {
    if ($running{$id}) { kill 'KILL', -$running{$id}{pid}, $running{$id}{pid} }
    elsif (delete $launch{$id}) { delete $stream{$id}; tell_server('exit', $id, '', '') }
    return;
  }
  $newest = $id;
  my %one;
  @one{qw(has_stdin uid gid network lock data file passwd)} = splice @words, 0, 8;
  for (qw(args env reads writes owned)) { my $count = shift @words; $one{$_} = [splice @words, 0, $count] }
  $launch{$id} = \%one;
  begin($id);
}

# Starts a command once its launch frame and all its connections have arrived.
sub begin {
  my ($id) = @_;
  my $one = $launch{$id} or return;
  my $streams = $stream{$id} || [];
  return if !$streams->[1] || ($one->{has_stdin} && !$streams->[0]);
  delete $launch{$id};
  delete $stream{$id};
  if (keys %running >= $MAX_RUNNING) { return tell_server('failed', $id, "$MAX_RUNNING commands are already running") }
  pipe my $errors, my $says or return tell_server('failed', $id, "pipe: $!");
  my $pid = fork;
  if (!defined $pid) { return tell_server('failed', $id, "fork: $!") }
  if ($pid == 0) { close $errors; become($one, $streams, $says) }
  fcntl $errors, F_SETFL, O_NONBLOCK | fcntl $errors, F_GETFL, 0;
  $running{$id} = { pid => $pid, errors => $errors, stderr => '' };
  $id_of{$pid} = $id;
}

# Runs in the child process. Confines it, and replaces it with the command. Never returns.
sub become {
  my ($one, $streams, $says) = @_;
  $SIG{PIPE} = 'DEFAULT';
  mask_child_signals(1);
  # Otherwise the connections of other commands would stay open while this one waits for its lock.
  (%incoming, %stream) = ();
  syscall $call->{setsid};
  $one->{has_stdin} ? open STDIN, '<&', $streams->[0] : open STDIN, '<', '/dev/null';
  open STDOUT, '>&', $streams->[1];
  open STDERR, '>&', $says;
  my $lock;
  if ($one->{lock} ne '') {
    # Git holds the lock while it lives, so an orphan of a killed server also excludes the next command.
    sysopen $lock, $one->{lock}, O_RDWR | O_CREAT, 0644 or refuse("$one->{lock}: $!");
    flock $lock, 2 or refuse("$one->{lock}: $!");
    fcntl $lock, F_SETFD, 0;
  }
  limit(4, 0);
  limit(2, $one->{data});
  limit(1, $one->{file});
  if ($one->{network} && $network) { enter($network) }
  if ($one->{uid} ne '') {
    for (@{ $one->{owned} }) {
      own($_, $one->{uid}, $one->{gid});
      open_way($_) if !$confines;
    }
    confine($one) if $confines;
    drop_capabilities();
    $( = $one->{gid} + 0;
    $) = "$one->{gid} $one->{gid}";
    $< = $> = $one->{uid} + 0;
    refuse('The user could not be changed') if $< != $one->{uid} || $> != $one->{uid} || $) ne "$one->{gid} $one->{gid}";
  }
  elsif ($confines) {
    # The user stays the same. The capabilities of its user namespace last until the program is executed.
    confine($one);
    drop_capabilities();
  }
  # PR_SET_NO_NEW_PRIVS; PR_SET_PDEATHSIG.
  syscall $call->{prctl}, 38, 1, 0, 0, 0;
  keep_memory_apart() if $one->{uid} ne '' || $confines;
  syscall $call->{prctl}, 1, 9, 0, 0, 0;
  chdir '/';
  %ENV = map { split /=/, $_, 2 } @{ $one->{env} };
  if ($one->{network} && $port) { $ENV{$_} = "http://127.0.0.1:$port" for qw(http_proxy https_proxy) }
  exec { $one->{args}[0] } @{ $one->{args} } or refuse("$one->{args}[0] is not installed here");
}

# Prevents commands from inspecting each other, because they share users and some hold a credential. Installs a system call filter
# (seccomp(2)) that rejects ptrace, process_vm_readv, process_vm_writev, kcmp, pidfd_getfd and all calls of another architecture.
sub keep_memory_apart {
  my ($architecture, @refused) = @{ $call->{looks} };
  my @tests = map { [0x15, 0, 0, $_] } @refused;
  my @filter = ([0x20, 0, 0, 4], [0x15, 0, 0, $architecture], [0x20, 0, 0, 0], [0x35, 0, 0, 0x40000000], @tests, [6, 0, 0, 0x7fff0000], [6, 0, 0, 0x50001]);
  my $refusal = $#filter;
  $filter[1][2] = $refusal - 2;
  $filter[$_][1] = $refusal - $_ - 1 for 3 .. 3 + @tests;
  my $code = join '', map { pack 'S C C L', @$_ } @filter;
  # PR_SET_SECCOMP with a filter. An emulated kernel supports neither filters nor the refused calls.
  my $program = pack 'S x6 P', scalar @filter, $code;
  syscall $call->{prctl}, 22, 2, $program, 0, 0;
}

# Removes all capabilities from the bounding set (PR_CAPBSET_DROP).
sub drop_capabilities { syscall $call->{prctl}, 24, $_, 0, 0, 0 for 0 .. 63 }

# Prints the reason as git does, and exits with status 127.
sub refuse { syswrite STDERR, "fatal: the git runner: $_[0]\n"; exit 127 }

# Changes the owner of a folder and its content, for example after an upgrade or a restore. Changes the owner of the folder itself
# last, because that marks the change as complete.
sub own {
  my ($path, $uid, $gid) = @_;
  my @found = lstat $path or return;
  return if $found[4] == $uid || !-d _;
  system 'find', $path, '-mindepth', '1', '(', '!', '-uid', $uid, ')', '-exec', 'chown', '-h', "$uid:$gid", '{}', '+';
  refuse("the owner of $path could not be changed") if $?;
  chown $uid, $gid, $path or refuse("$path: $!");
}

# Lets the user traverse up to three parent folders, which is necessary without namespaces. If a parent folder excluded other users,
# removes their access to the folder itself.
sub open_way {
  my ($path) = @_;
  my $way = $path;
  for (1 .. 3) {
    $way =~ s{/[^/]+$}{} or return;
    my $mode = (stat $way)[2];
    next if $way eq '' || !defined $mode || $mode & 1;
    chmod 0700, $path;
    chmod $mode & 07777 | 0111, $way or refuse("$way: $!");
  }
}

# Creates a separate root folder and enters it. Builds it on /proc, which git does not need, so that all other paths stay reachable in
# the meantime.
sub confine {
  my ($one) = @_;
  syscall($call->{unshare}, $NEWNS) == 0 or refuse("unshare: $!");
  my $root = '/proc';
  mount_at('tmpfs', $root, 'tmpfs', $NOSUID | $NODEV, 'size=64m,mode=755');
  mkdir "$root/tmp", 0777 and chmod 01777, "$root/tmp";
  mkdir "$root/dev";
  place("/dev/$_", $NOSUID) for qw(null zero urandom);
  place('/usr', $RDONLY | $NOSUID | $NODEV);
  for (qw(bin sbin lib lib32 lib64)) {
    my $target = readlink "/$_";
    if (defined $target) { symlink $target, "$root/$_" }
    elsif (-d "/$_") { place("/$_", $RDONLY | $NOSUID | $NODEV) }
  }
  if ($one->{passwd}) {
    mkdir "$root/etc", 0755;
    open my $users, '>', "$root/etc/passwd" or refuse("/etc/passwd: $!");
    my ($uid, $gid) = $one->{uid} ne '' ? @$one{qw(uid gid)} : ($>, $) + 0);
    print $users "git:x:$uid:$gid\::/nonexistent:/bin/false\n";
    close $users or refuse("/etc/passwd: $!");
  }
  if ($one->{network}) {
    place($_, $RDONLY | $NOSUID | $NODEV) for grep { -e } qw(/etc/ssl /etc/pki /etc/ca-certificates /etc/resolv.conf /etc/hosts /etc/nsswitch.conf);
  }
  my %flags = map { $_ => $RDONLY } @{ $one->{reads} };
  $flags{$_} = 0 for @{ $one->{writes} };
  place($_, $flags{$_} | $NOSUID | $NODEV) for sort { length $a <=> length $b } grep { -e } keys %flags;
  chdir $root or refuse("chdir: $!");
  my $here = '.';
  syscall($call->{pivot_root}, $here, $here) == 0 or refuse("pivot_root: $!");
  # MNT_DETACH.
  syscall($call->{umount2}, $here, 2) == 0 or refuse("umount: $!");
  chdir '/';
}

# Mounts a file or folder at the same path below the new root.
sub place {
  my ($path, $flags) = @_;
  my $at = "/proc$path";
  my $made = '/proc';
  for (split m{/}, substr $path =~ s{/[^/]*$}{}r, 1) { $made .= "/$_"; mkdir $made, 0755 }
  if (-d $path) { mkdir $at, 0755 } else { open my $file, '>', $at }
  mount_at($path, $at, '', $BIND | $REC, '');
  # In a user namespace, a mount keeps the machine's restrictions for it, such as noexec.
  my ($none, $options) = ('', $BIND | $REMOUNT | $flags);
  syscall($call->{mount}, $none, $at, $none, $options, $none) == 0 or mount_at('', $at, '', $options | $NOEXEC, '');
}

sub mount_at {
  my ($from, $to, $kind, $flags, $options) = @_;
  syscall($call->{mount}, $from, $to, $kind, $flags, $options) == 0 or refuse("mount $to: $!");
}

# Lowers a resource limit: RLIMIT_CORE is 4, RLIMIT_DATA 2, RLIMIT_FSIZE 1. A lower limit of the machine stays in effect.
sub limit {
  my ($which, $most) = @_;
  my $now = pack 'QQ', 0, 0;
  syscall $call->{prlimit64}, 0, $which, 0, $now;
  my ($soft, $hard) = unpack 'QQ', $now;
  my $next = $most < $hard ? $most : $hard;
  my $set = pack 'QQ', $next < $soft ? $next : $soft, $next;
  syscall $call->{prlimit64}, 0, $which, $set, 0;
}

# Raises RLIMIT_NOFILE to its hard limit, at most 65,536.
sub raise_files {
  my $now = pack 'QQ', 0, 0;
  syscall $call->{prlimit64}, 0, 7, 0, $now;
  my (undef, $hard) = unpack 'QQ', $now;
  $hard = 65_536 if $hard > 65_536;
  syscall $call->{prlimit64}, 0, 7, pack('QQ', $hard, $hard), 0;
}

# Creates namespaces for all commands, without a network and without the machine's other processes. Returns an empty string, or the
# reason why commands are not confined.
sub isolate {
  my $is_root = $> == 0;
  # Without root, a command cannot return to the machine's network. With a proxy, it does not need to. Without a proxy, all commands
  # use the machine's network.
  my $namespaces = $NEWNS | $NEWPID | $NEWIPC | $NEWUTS | ($is_root || $proxy ne '' ? $NEWNET : 0);
  if (!$is_root) {
    # A process cannot leave a user namespace, so a child process tries it first.
    my $trial = fork;
    if (defined $trial && $trial == 0) {
      exit 1 if defined unshare_all($namespaces);
      confine({ network => 1, reads => [], writes => [] });
      exit 0;
    }
    waitpid $trial, 0;
    return 'the server is not root, and this machine does not allow user namespaces' if $?;
  }
  if ($namespaces & $NEWNET) { open $network, '<', '/proc/self/ns/net' or return "/proc/self/ns/net: $!" }
  my $said = unshare_all($namespaces);
  if (defined $said) {
    undef $network;
    return $said;
  }
  my $pid = fork;
  die "fork: $!\n" if !defined $pid;
  if ($pid != 0) {
    close $control;
    waitpid $pid, 0;
    exit 1;
  }
  syscall $call->{prctl}, 1, 9, 0, 0, 0;
  my $none = '';
  my $all = '/';
  syscall($call->{mount}, $none, $all, $none, $REC | $PRIVATE, $none) == 0 or return "mount: $!";
  # A container may allow namespaces but refuse mounts in them.
  my $trial = fork;
  if (defined $trial && $trial == 0) { confine({ network => 1, reads => [], writes => [] }); exit 0 }
  waitpid $trial, 0;
  return 'this machine does not allow its mounts' if $?;
  $confines = 1;
  return '';
}

# Creates the namespaces. Returns nothing, or the reason for a failure. Without root, a user namespace that maps the server's user to
# itself grants the permission to create the others.
sub unshare_all {
  my ($namespaces) = @_;
  my ($uid, $gid) = ($>, $) + 0);
  my $own = $uid == 0 ? 0 : $NEWUSER;
  syscall($call->{unshare}, $namespaces | $own) == 0 or return "unshare: $!";
  return if !$own;
  for (['setgroups', 'deny'], ['uid_map', "$uid $uid 1"], ['gid_map', "$gid $gid 1"]) {
    my ($name, $text) = @$_;
    open my $file, '>', "/proc/self/$name" or return "$name: $!";
    syswrite $file, $text or return "$name: $!";
  }
  return;
}

# Moves the process to a network namespace.
sub enter {
  my ($namespace) = @_;
  syscall($call->{setns}, fileno $namespace, $NEWNET) == 0 or refuse("setns: $!");
}

# Opens a loopback port that forwards to the proxy, and returns the port. Git cannot connect to the proxy directly, because the proxy
# is a Unix socket of the server. If network namespaces are available, the port is in a separate one, which only commands with a remote
# enter.
sub start_relay {
  my $without;
  if ($network) {
    open $without, '<', '/proc/self/ns/net' or die "/proc/self/ns/net: $!\n";
    syscall($call->{unshare}, $NEWNET) == 0 or die "unshare: $!\n";
    open $network, '<', '/proc/self/ns/net' or die "/proc/self/ns/net: $!\n";
  }
  socket my $relay_listener, 2, 1, 0 or die "socket: $!\n";
  # SIOCSIFFLAGS: the loopback device of a new network namespace is down.
  my $up = pack 'a16 s x22', 'lo', 0x41;
  ioctl $relay_listener, 0x8914, $up if defined $network;
  bind $relay_listener, pack 'S n a4 x8', 2, 0, "\x7f\0\0\1" or die "bind: $!\n";
  listen $relay_listener, 128 or die "listen: $!\n";
  my (undef, $number) = unpack 'S n', getsockname $relay_listener;
  my $pid = fork;
  die "fork: $!\n" if !defined $pid;
  if ($pid != 0) {
    enter($without) if $without;
    return $number;
  }
  close $_ for $control, $listener;
  syscall $call->{prctl}, 1, 9, 0, 0, 0;
  $SIG{CHLD} = 'IGNORE';
  while (1) {
    accept my $client, $relay_listener or next;
    relay($client) if (fork // 1) == 0;
  }
}

# Forwards a connection to the proxy, with one process per direction. Each process exits at the end of its input.
sub relay {
  my ($client) = @_;
  socket my $server, 1, 1, 0 or exit 1;
  connect $server, pack 'S Z108', 1, $proxy or exit 1;
  my ($from, $to) = (fork // exit 1) == 0 ? ($client, $server) : ($server, $client);
  while (sysread $from, my $bytes, 65_536) {
    while (length $bytes) {
      my $count = syswrite $to, $bytes;
      exit 0 if !defined $count;
      substr $bytes, 0, $count, '';
    }
  }
  shutdown $to, 1;
  exit 0;
}

# Kills all commands and exits.
sub end_all {
  kill 'KILL', -$_->{pid}, $_->{pid} for values %running;
  exit 0;
}
