# The texts of the sources that no golden file has: one line each, FILE:LINE: TEXT.
#
#     perl messages.pl ROOT
#
# A text is a literal of three words or more, joined from its parts, macros and %s left out; it
# occurs when its fixed parts stand in this order in one line of a golden file. Texts that the
# program cannot be brought to say in a test stand in tests/style/messages.txt with a reason, and a
# file whose texts are no messages stands there once for all of them. What stands there in vain is
# an offence too.
use strict;
use warnings;

my $root = $ARGV[0];
my %reasons = map { $_ => 1 } qw(help sql library system machine memory damage newer race
    later bug tested);

sub slurp {
    open my $file, '<', $_[0] or die "$_[0]: $!";
    local $/;
    return <$file> // '';
}

# Every line that a person is known to see, without the marks of tests/cli/messages.
sub golden_text {
    my $text = '';
    for my $file (glob("$root/tests/cli/messages/*.txt $root/tests/cli/golden/* "
                . "$root/tests/unit/*/*.txt $root/tests/trace/*.txt")) {
        my $part = slurp($file);
        $part =~ s/^[>\$%#] .*\n//mg if $file =~ m{/cli/messages/};
        $part =~ s/^[|!] //mg;
        $part =~ s/\\"/"/g;
        $text .= $part . "\n";
    }
    return $text;
}

# [line, text] of each literal of a C file, but for those of the tables that --help and the manual
# pages are printed from.
sub literals {
    my $source = shift;
    my ($code, @found) = ('');
    while ($source =~ m{\G(?:(/\*.*?\*/|//[^\n]*)|("(?:[^"\\]|\\.)*")|('(?:[^'\\]|\\.)*')|([^/"']+|.))}gs) {
        my ($comment, $string, $character, $other) = ($1, $2, $3, $4);
        if (defined $comment) { $comment =~ s/[^\n]//g; $code .= $comment }
        else { $code .= $string // (defined $character ? "''" : $other) }
    }
    my $part = qr/"(?:[^"\\\n]|\\.)*"/;
    my $macro = qr/\b[A-Z][A-Za-z0-9_]*\b/;
    while ($code =~ /((?:$macro\s*)?$part(?:\s*(?:$macro|$part))*)/g) {
        my ($whole, $line) = ($1, 1 + (substr($code, 0, $-[0]) =~ tr/\n//));
        my $text = '';
        next if substr($code, 0, $-[0]) =~ /\.(?:help|summary|details)\s*=\s*$/;
        $whole =~ s/\bPRI[a-z]+\d+/"u"/g;
        while ($whole =~ /\G\s*(?:"((?:[^"\\]|\\.)*)"|$macro)/g) { $text .= $1 // "%s" }
        push @found, [$line, $text];
    }
    return @found;
}

# The fixed parts of a format's line, longer than a letter or two.
sub fixed_parts {
    my $format = shift;
    $format =~ s/\\x1b.*?m//g;
    $format =~ s/\\(["\\])/$1/g;
    return grep { /\w\w/ } split /%%|%[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:l|ll|z|j)?[a-z]%?s?/, $format;
}

sub occurs {
    my ($golden, $text) = @_;
    for my $line (split /\\n/, $text) {
        my @parts = fixed_parts($line) or next;
        my $pattern = join '[^\n]*?', map { quotemeta } @parts;
        return 0 unless $$golden =~ /$pattern/;
    }
    return 1;
}

# The exceptions: "reason file" for a whole file, "reason file: text" for one text.
my (%whole, %single, %used);
for my $line (split /\n/, slurp("$root/tests/style/messages.txt")) {
    next if $line =~ /^#|^\s*$/;
    my ($reason, $file, $text) = $line =~ /^(\w+) ([^: ]+)(?:: (.*))?$/
        or do { print "messages.txt: not understood: $line\n"; next };
    print "messages.txt: '$reason' is no reason\n" unless $reasons{$reason};
    if (defined $text) { $single{"$file: $text"} = $reason } else { $whole{$file} = $reason }
}

# What scripts and C tests expect word by word, for the reason "tested".
my $tests = join "\n", map { slurp($_) }
    glob("$root/tests/cli*/*.sh $root/tests/gpu*/*.sh $root/tests/pains/*.sh $root/tests/crash/*.sh $root/tests/unit/*.c");
$tests =~ s/"\s*\n\s*"//g;
$tests =~ s/\\"/"/g;

# Whether three words in a row of the text stand in a test.
sub is_tested {
    for my $part (fixed_parts($_[0])) {
        while ($part =~ /(?<![\w-])(?=(\S+ \S+ \S+))/g) {
            return 1 if length $1 >= 12 && index($tests, $1) >= 0;
        }
    }
    return 0;
}

my $golden = golden_text();
chdir $root or die;
for my $file (sort split /\n/, `find src strategies -name '*.c' 2>/dev/null`) {
    if ($whole{$file}) { $used{$file} = 1; next }
    for (literals(slurp($file))) {
        my ($line, $text) = @$_;
        next if (() = $text =~ /[A-Za-z]{2,}[,;:')]*(?: |\\n)/g) < 2;
        my $reason = $single{"$file: $text"};
        $used{"$file: $text"} = 1 if $reason;
        if (occurs(\$golden, $text)) {
            print "$file:$line: is in a golden file, and in messages.txt too: $text\n" if $reason;
        } elsif (!$reason) {
            print "$file:$line: no golden file has: $text\n";
        } elsif ($reason eq 'tested' && !is_tested($text)) {
            print "$file:$line: no test expects: $text\n";
        }
    }
}
for (sort grep { !$used{$_} } keys %whole, keys %single) {
    print "messages.txt: there is no such text: $_\n";
}
