package api

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"math"
	"time"

	"kopir/domain"
)

// leases lets the purses of all replicas spend of one budget. A purse spends a first slice of it unasked, so that who is
// quiet costs nothing; from then on it asks for a slice each time that it has none left, and says what it spent before.
// Together replicas let through what the budget has, and at most one slice more for each further replica.
type leases struct {
	shared domain.Budgets
	key    []byte        // of the hashes that stand for people and addresses
	within time.Duration // how long a request waits for the shared budget, and then goes on without
}

// lease is what a purse has of the shared budget.
type lease struct {
	since  time.Time // when it asked last, or began to spend
	unsaid int       // spent and not told to the others
	free   int       // how much may be spent before asking
	held   int       // granted, and to be spent
	fullAt time.Time // the shared budget's, when it asked last
	shut   time.Time // before which there is nothing to ask for
}

// newLeases returns nil where nothing is shared.
func newLeases(shared domain.Budgets, secret []byte, within time.Duration) (*leases, error) {
	if shared == nil {
		return nil, nil //nolint:nilnil // it is optional
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "kopir budgets", sha256.Size)
	return &leases{shared: shared, key: key, within: within}, err
}

// slice is how much of a budget is leased at once: a tenth, and at least one.
func (b budget) slice() int { return max(1, b.perMinute/10) }

// spend takes one request out of a lease, and asks for the next slice where nothing is left. Where the others cannot be
// asked it goes on alone.
func (s *leases) spend(ctx context.Context, l *lease, of budget, who []byte, now time.Time) bool {
	if now.Sub(l.since) >= time.Minute { // what was spent until then is back
		*l = lease{since: now, free: of.slice()}
	}
	switch {
	case l.held > 0:
		l.held--
		return true
	case l.unsaid < l.free:
		l.unsaid++
		return true
	case now.Before(l.shut):
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.within)
	defer cancel()
	got, err := s.shared.LeaseBudget(ctx, domain.BudgetLease{
		Who: s.hash(of, who), PerMinute: of.perMinute, Spent: l.unsaid, Ask: of.slice(), Now: now,
	})
	if err != nil {
		l.free = l.unsaid + of.slice() // and asks again after as many
		l.unsaid++
		return true
	}
	*l = lease{since: now, held: got.Granted, fullAt: got.FullAt}
	if l.held == 0 {
		l.shut = got.FullAt.Add(time.Duration(of.slice())*of.each() - time.Minute) // a whole slice is back then
		return false
	}
	l.held--
	return true
}

// left is what a purse knows to be left of the shared budget; others may have spent of it since it asked.
func (l *lease) left(of budget, now time.Time) float64 {
	if l.fullAt.IsZero() {
		return math.Inf(1)
	}
	missing := max(0, l.fullAt.Sub(now))
	return float64(of.perMinute) - missing.Seconds()/of.each().Seconds() + float64(l.held-l.unsaid)
}

// hash is how somebody's budget is called where all replicas see it: nobody who reads it learns an address.
func (s *leases) hash(of budget, who []byte) (out [sha256.Size]byte) {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(of.scope + "\n"))
	mac.Write(who)
	mac.Sum(out[:0])
	return out
}
