# Mounts file systems in a new mount namespace, becomes root of a user namespace if it gets a map for it, and then executes a program.
# Doing so in one process saves the milliseconds that each start of mount(8) and unshare(1) takes. enter-mounts.ts composes its arguments.
# If a step fails, it prints the error and exits with 125.
# It uses Perl without modules, which starts fast. The constants are for Linux on x64 and arm64.
use strict;

my ($NEWNS, $NEWCGROUP, $NEWUSER, $REC, $SLAVE) = (0x20000, 0x2000000, 0x10000000, 16384, 1 << 19);
# For mount(2), and for mount_setattr(2), which calls them MOUNT_ATTR_.
my ($RDONLY, $NOSUID, $NODEV, $IDMAP) = (1, 2, 4, 0x100000);
# Flags of open_tree(2), mount_setattr(2) and move_mount(2).
my ($CLONE, $CLOEXEC, $EMPTY_PATH, $FROM_EMPTY_PATH, $TO_LINKED, $HERE) = (1, 0x80000, 0x1000, 4, 0x10, -100);
my %calls = (
  x64 => { unshare => 272, setns => 308, mount => 165, setgroups => 116, setresgid => 119, setresuid => 117 },
  arm64 => { unshare => 97, setns => 268, mount => 40, setgroups => 159, setresgid => 149, setresuid => 147 },
);
my ($OPEN_TREE, $MOVE_MOUNT, $MOUNT_SETATTR) = (428, 429, 442);
# Pointers to these need variables.
my ($none, $everything, $overlay) = ('', '/', 'overlay');
my %namespaces;

my ($arch, $own_cgroups, $users, $mounts) = splice @ARGV, 0, 4;
my $call = $calls{$arch};
syscall($call->{unshare}, $NEWNS | ($own_cgroups ? $NEWCGROUP : 0)) == 0 or fail('create namespaces');
# Receives unmounts of the host, so that it keeps no mount of another session.
syscall($call->{mount}, $none, $everything, $none, $REC | $SLAVE, $none) == 0 or fail('separate the mounts');
for (1 .. $mounts) {
  my ($kind, @words) = splice @ARGV, 0, 4;
  if ($kind eq 'overlay') { mount_overlay(@words) }
  else { mount_folder($kind, @words) }
}
become_root($users) if $users ne '';
exec { $ARGV[0] } @ARGV;
fail("start $ARGV[0]");

sub mount_overlay {
  my ($options, undef, $target) = @_;
  syscall($call->{mount}, $overlay, $target, $overlay, $NOSUID | $NODEV, $options) == 0 or fail("mount $target");
}

# Mounts a file or folder. With a map, its files have other owners there. If the target is a link, it mounts on what the link leads to,
# since a mount on the link would leave the rest writable.
sub mount_folder {
  my ($kind, $map, $source, $target) = @_;
  my $tree = syscall $OPEN_TREE, $HERE, $source, $CLONE | $CLOEXEC;
  fail("open $source") if $tree < 0;
  my $set = $kind eq 'read-only' ? $RDONLY : 0;
  $set |= $NOSUID | $NODEV | $IDMAP if $map ne '';
  my $attributes = pack 'Q4', $set, 0, 0, $map eq '' ? 0 : fileno namespace_of($map);
  syscall($MOUNT_SETATTR, $tree, $none, $EMPTY_PATH, $attributes, length $attributes) == 0 or fail("restrict $source");
  syscall($MOVE_MOUNT, $tree, $none, $HERE, $target, $FROM_EMPTY_PATH | $TO_LINKED) == 0 or fail("mount $target");
}

# Becomes root of a user namespace, without any right outside it.
sub become_root {
  my ($map) = @_;
  syscall($call->{setns}, fileno namespace_of($map), $NEWUSER) == 0 or fail('enter a user namespace');
  syscall($call->{setgroups}, 0, 0) == 0 or fail('leave the groups');
  syscall($call->{setresgid}, 0, 0, 0) == 0 && syscall($call->{setresuid}, 0, 0, 0) == 0 or fail('become root');
}

# Returns a user namespace with this map. It exists while its descriptor is open.
sub namespace_of {
  my ($map) = @_;
  return $namespaces{$map} if $namespaces{$map};
  pipe my $ready, my $creates or fail('create a pipe');
  pipe my $waits, my $done or fail('create a pipe');
  my $pid = fork // fail('fork');
  if ($pid == 0) {
    close $done;
    syscall($call->{unshare}, $NEWUSER) == 0 or fail('create a user namespace');
    syswrite $creates, '.';
    # Ends when the parent closes the other end, or ends itself.
    sysread $waits, my $end, 1;
    exit;
  }
  close $creates;
  sysread $ready, my $sign, 1 or exit 125;
  write_map("/proc/$pid/$_", $map) for qw(uid_map gid_map);
  open my $namespace, '<', "/proc/$pid/ns/user" or fail('open a user namespace');
  close $done;
  waitpid $pid, 0;
  return $namespaces{$map} = $namespace;
}

sub write_map {
  my ($path, $map) = @_;
  open my $file, '>', $path or fail("open $path");
  defined syswrite $file, $map or fail("write $path");
}

sub fail {
  my ($what) = @_;
  print STDERR "Cannot $what: $!\n";
  exit 125;
}
