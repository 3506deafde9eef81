/**
 * Returns a Perl script that searches everything it can read for secrets: environments, arguments and memory of
 * processes, and files. It prints "found NAME in PLACE", then "searched N files and M processes". HUNT_FOLDERS and
 * HUNT_PIDS narrow the search. Without HUNT_PIDS, the script also starts a process with its own environment, because
 * gVisor shows a program only its own memory and that of its descendants. A file whose inode is older than HUNT_SINCE
 * (seconds since 1970) is counted but not read, because it is older than the secrets. The script contains patterns
 * instead of the secrets, so that it does not find itself.
 */
export function huntScript(secrets: Readonly<Record<string, string>>): string {
  const wanted = Object.entries(secrets).map(([name, value]) => `"${name}" => qr/${patternOf(value)}/`);
  return String.raw`
use strict; use warnings; no warnings "recursion";
my %wanted = (${wanted.join(", ")});
my ($files, $processes, %reported) = (0, 0);
$| = 1;

sub look {
  my ($text, $place) = @_;
  for my $name (sort keys %wanted) {
    print "found $name in $place\n" if $$text =~ $wanted{$name} && !$reported{"$name $place"}++;
  }
}

# Windows overlap, so that nothing is missed at their seams.
sub look_through {
  my ($handle, $left, $place) = @_;
  my $window = "";
  while ($left > 0) {
    my $count = sysread($handle, my $part, $left < 1048576 ? $left : 1048576);
    last unless $count;
    $left -= $count;
    $window = substr($window, -200) . $part;
    look(\$window, $place);
  }
}

my @pids = split / /, $ENV{HUNT_PIDS} // "";
my $input;
@pids or open($input, "|-", "cat") or die "The script cannot start a process: $!";
@pids = grep { /^\d+$/ } map { s{/proc/}{}r } glob("/proc/[0-9]*") unless @pids;
for my $pid (@pids) {
  next if $pid == $$;
  $processes++;
  for my $part ("environ", "cmdline") {
    open(my $handle, "<:raw", "/proc/$pid/$part") or next;
    look_through($handle, 10485760, "the $part of a process");
  }
  open(my $maps, "<", "/proc/$pid/maps") or next;
  my @lines = <$maps>;
  look(\join("", @lines), "the maps of a process");
  open(my $memory, "<:raw", "/proc/$pid/mem") or next;
  for my $line (@lines) {
    my ($from, $to) = $line =~ /^([0-9a-f]+)-([0-9a-f]+) rw/ or next;
    next if $line =~ /\[v/;
    { no warnings "portable"; ($from, $to) = (hex $from, hex $to); }
    next if $to - $from > 536870912;
    sysseek($memory, $from, 0) or next;
    look_through($memory, $to - $from, "the memory of a process");
  }
}

sub walk {
  my ($folder) = @_;
  opendir(my $handle, $folder) or return;
  for my $name (readdir $handle) {
    next if $name eq "." || $name eq "..";
    my $path = $folder eq "/" ? "/$name" : "$folder/$name";
    next if $path =~ m{^/(proc|sys|dev)$};
    my @stat = lstat($path) or next;
    if (-d _) { walk($path) }
    elsif (-f _ && open(my $file, "<:raw", $path)) {
      $files++;
      look_through($file, 268435456, $path) if $stat[10] >= ($ENV{HUNT_SINCE} // 0);
    }
  }
}
walk($_) for split / /, $ENV{HUNT_FOLDERS} // "/";
print "searched $files files and $processes processes\n";
`;
}

/** Encloses the last character in brackets, so that the pattern does not match its own text. */
function patternOf(secret: string): string {
  const quoted = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, (character) => `\\${character}`);
  return `${quoted(secret.slice(0, -1))}[${quoted(secret.slice(-1))}]`;
}
