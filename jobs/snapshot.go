package jobs

import (
	"context"
	"sync"
	"time"

	"kopir/domain"
)

// reckonEvery is how often a drainer asks the database how the feed stands.
const reckonEvery = 5 * time.Second

// Progress is how far a rebuild has come; the zero Progress while there is none.
type Progress struct {
	Why         string
	Since       time.Time
	Done, Total int // documents; Total as it was at the beginning
}

// Snapshot is what there is to know of a drainer, for probes, metrics and people. It costs nothing to ask.
type Snapshot struct {
	Holder  bool // this process feeds
	Epoch   int64
	Stepped time.Time // when a step last ended well
	Error   string    // of the last step, if it failed
	Failed  time.Time // when

	AsOf        time.Time // when the following was true, in every replica; zero before it was ever known
	Waiting     int       // changes that have not been sent
	Oldest      time.Time // when the first of them was made
	Retrying    int       // refused documents that are tried again
	Quarantined int       // and those that are not
	Fed         bool      // the engine has been filled from this database

	Rebuild  Progress
	Verified Report // the last one of this process

	// Since the process began:
	Delivered, Refused, Rebuilds, LeasesLost int64
}

// Snapshot says how it stands, without waiting for a step that is under way.
func (d *Drainer) Snapshot() Snapshot { return d.state.copy() }

// reckon asks the database, now and then, how the feed stands. A failure to do so changes nothing: AsOf tells.
func (d *Drainer) reckon(ctx context.Context) {
	now := d.cfg.Clock()
	if now.Sub(d.state.copy().AsOf) < reckonEvery {
		return
	}
	if s, err := d.source.FeedStanding(ctx, domain.SearchFeed); err == nil {
		d.state.reckoned(s, now)
	}
}

// state is what a drainer tells others, and what tells it to verify.
type state struct {
	mu        sync.Mutex
	now       Snapshot
	verifyAt  time.Time
	asked     bool      // numbers differ
	fruitless time.Time // when they did, and contents did not
}

func (s *state) change(f func(*Snapshot)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.now)
}

func (s *state) copy() Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *state) stepped(lease domain.Lease, err error, now time.Time) {
	s.change(func(n *Snapshot) {
		n.Holder, n.Epoch = lease.Holder != "", lease.Epoch
		if err != nil {
			n.Error, n.Failed = err.Error(), now
			return
		}
		n.Error, n.Failed, n.Stepped = "", time.Time{}, now
	})
}

func (s *state) began(epoch int64, verifyAt time.Time) {
	s.change(func(n *Snapshot) {
		n.Holder, n.Epoch = true, epoch
		s.verifyAt, s.asked = verifyAt, false
	})
}

func (s *state) lost() {
	s.change(func(n *Snapshot) { n.Holder, n.Epoch, n.LeasesLost = false, 0, n.LeasesLost+1 })
}

func (s *state) sent(delivered, refused int) {
	s.change(func(n *Snapshot) { n.Delivered, n.Refused = n.Delivered+int64(delivered), n.Refused+int64(refused) })
}

func (s *state) rebuilding(p Progress) { s.change(func(n *Snapshot) { n.Rebuild = p }) }

func (s *state) rebuilt() { s.change(func(n *Snapshot) { n.Rebuilds++ }) }

func (s *state) reckoned(f domain.FeedStanding, now time.Time) {
	s.change(func(n *Snapshot) {
		n.AsOf, n.Waiting, n.Oldest, n.Retrying, n.Quarantined = now, f.Waiting, f.Oldest, f.Retrying, f.Failed
		n.Fed = f.Generation != ""
	})
}

// askVerify asks for a comparison because numbers differ, unless one has just shown that nothing else does.
func (s *state) askVerify(now time.Time) {
	s.change(func(*Snapshot) { s.asked = now.Sub(s.fruitless) >= time.Hour })
}

func (s *state) verifyDue(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now.Holder && s.now.Rebuild.Since.IsZero() && (s.asked || !now.Before(s.verifyAt))
}

func (s *state) verified(r Report, next time.Time) {
	s.change(func(n *Snapshot) {
		if n.Verified, s.verifyAt = r, next; s.asked && r.Drift() == 0 {
			s.fruitless = r.At
		}
		s.asked = false
	})
}
