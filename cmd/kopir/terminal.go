package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// terminal is where a command speaks: results to out, everything else to err.
type terminal struct {
	out, err io.Writer
}

// isTerminal says whether a person watches err.
func (t *terminal) isTerminal() bool {
	f, ok := t.err.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// say prints a line for people.
func (t *terminal) say(format string, args ...any) { fmt.Fprintf(t.err, format+"\n", args...) }

// progress shows how far long work has come: a line that rewrites itself on a terminal, a plain line now and then
// elsewhere.
type progress struct {
	t     *terminal
	what  string
	total int
	done  int
	shown time.Time
	live  bool
}

func (t *terminal) progress(what string, total int) *progress {
	p := &progress{t: t, what: what, total: total, live: t.isTerminal()}
	if !p.live {
		p.shown = time.Now() // the first plain line after a while
	}
	return p
}

// step says that n more are done.
func (p *progress) step(n int) {
	p.done += n
	every := 5 * time.Second
	if p.live {
		every = 100 * time.Millisecond
	}
	if time.Since(p.shown) < every {
		return
	}
	p.shown = time.Now()
	if p.live {
		fmt.Fprintf(p.t.err, "\r\033[K%s", p.line())
	} else {
		p.t.say("%s", p.line())
	}
}

// end clears the live line.
func (p *progress) end() {
	if p.live {
		fmt.Fprint(p.t.err, "\r\033[K")
	}
}

func (p *progress) line() string {
	if p.total == 0 {
		return fmt.Sprintf("%s: %d", p.what, p.done)
	}
	return fmt.Sprintf("%s: %d of %d (%d %%)", p.what, p.done, p.total, 100*p.done/p.total)
}
