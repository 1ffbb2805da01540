package api

import (
	"container/list"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"kopir/domain"
)

// budget is how many requests of a sort a minute has.
type budget struct {
	name      string // as RateLimit calls it
	scope     string // whose budget: keeps accounts, addresses and their sorts apart
	perMinute int
}

// spender is somebody with a budget. Names are kept as hashes: the table holds no personal data.
type spender struct {
	scope string
	who   [sha256.Size]byte
}

// left is what remains of a budget after one request.
type left struct {
	budget budget
	tokens float64
	ok     bool
	shut   time.Duration // for which the replicas together have nothing left
}

// budgets is the table of those who spent something lately. It is bounded: beyond its size those quiet for longest are
// forgotten, whose budgets are full again anyway unless a flood of addresses drives them out.
type budgets struct {
	mu     sync.Mutex
	most   int
	held   map[spender]*list.Element
	order  *list.List // of *purse, the one seen last in front
	leases *leases    // nil where this process is all there is
}

type purse struct {
	owner   spender
	mu      sync.Mutex
	limiter *rate.Limiter
	lease   lease
}

func newBudgets(most int, shared *leases) *budgets {
	return &budgets{most: most, held: map[spender]*list.Element{}, order: list.New(), leases: shared}
}

// take spends one request of somebody's budget, if there is one left.
func (b *budgets) take(ctx context.Context, of budget, who []byte, now time.Time) left {
	p := b.purseOf(of, who)
	p.mu.Lock()
	defer p.mu.Unlock()
	taken := p.limiter.ReserveN(now, 1)
	out := left{budget: of, ok: taken.DelayFrom(now) == 0}
	if out.ok && b.leases != nil {
		out.ok = b.leases.spend(ctx, &p.lease, of, who, now)
		out.shut = p.lease.shut.Sub(now)
	}
	if !out.ok {
		taken.CancelAt(now)
	}
	out.tokens = max(0, min(p.limiter.TokensAt(now), p.lease.left(of, now)))
	return out
}

// purseOf finds somebody's purse, or makes one.
func (b *budgets) purseOf(of budget, who []byte) *purse {
	s := spender{scope: of.scope, who: sha256.Sum256(who)}
	b.mu.Lock()
	defer b.mu.Unlock()
	at, ok := b.held[s]
	if ok {
		b.order.MoveToFront(at)
		return at.Value.(*purse)
	}
	p := &purse{owner: s, limiter: rate.NewLimiter(rate.Every(of.each()), of.perMinute)}
	b.held[s] = b.order.PushFront(p)
	if b.order.Len() > b.most {
		oldest := b.order.Remove(b.order.Back()).(*purse)
		delete(b.held, oldest.owner)
	}
	return p
}

// look says what remains of somebody's budget, and spends nothing.
func (b *budgets) look(of budget, who []byte, now time.Time) left {
	b.mu.Lock()
	at, ok := b.held[spender{scope: of.scope, who: sha256.Sum256(who)}]
	b.mu.Unlock()
	if !ok {
		return left{budget: of, tokens: float64(of.perMinute), ok: true}
	}
	p := at.Value.(*purse)
	p.mu.Lock()
	defer p.mu.Unlock()
	out := left{budget: of, tokens: max(0, min(p.limiter.TokensAt(now), p.lease.left(of, now))), shut: p.lease.shut.Sub(now)}
	out.ok = out.tokens >= 1 && out.shut <= 0
	return out
}

// each is how long it takes until one more request is back.
func (b budget) each() time.Duration { return time.Minute / time.Duration(b.perMinute) }

// seconds returns how long it takes until so many tokens are back, rounded up.
func (l left) seconds(tokens float64) int {
	missing := tokens - l.tokens
	if missing <= 0 {
		return 0
	}
	return int(math.Ceil(missing * 60 / float64(l.budget.perMinute)))
}

// tell writes what is left into an answer, and refuses where nothing is.
func (l left) tell(c echo.Context) error {
	h := c.Response().Header()
	h.Set("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", l.budget.name, int(l.tokens), l.seconds(float64(l.budget.perMinute))))
	h.Set("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=60", l.budget.name, l.budget.perMinute))
	if l.ok {
		return nil
	}
	wait := max(1, l.seconds(1), int(math.Ceil(l.shut.Seconds())))
	return refuse(rateLimited, codeWait, wait).with("Retry-After", strconv.Itoa(wait))
}

// limitRate charges a request to the account or the API key that makes it; a visitor's, and one with a bad token, to its address. What
// the contract promises no 429 for is free: those who watch over the server must always get through.
func (e *edge) limitRate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := exchangeOf(c.Request().Context())
		if x.op != nil && !x.op.limited {
			return next(c)
		}
		of := e.budgetOf(x)
		who := addressKey(c)
		if x.actor != domain.Visitor {
			id := x.actor.ID()
			who = id[:]
		}
		if err := e.budgets.take(c.Request().Context(), of, who, e.deps.Clock()).tell(c); err != nil {
			return err
		}
		return next(c)
	}
}

// budgetOf returns the budget that a request is charged to.
func (e *edge) budgetOf(x *exchange) budget {
	reading := x.op == nil || x.op.reading
	switch {
	case x.actor == domain.Visitor && reading:
		return budget{"reads", "visitor reads", e.cfg.VisitorReads}
	case x.actor == domain.Visitor:
		return budget{"writes", "visitor writes", e.cfg.VisitorWrites}
	case reading:
		return budget{"reads", "account reads", e.cfg.AccountReads}
	default:
		return budget{"writes", "account writes", e.cfg.AccountWrites}
	}
}

// addressKey returns what counts as one address: of IPv6 the /64, which one household or one attacker has whole.
func addressKey(c echo.Context) []byte { return networkKey(c, 32, 64) }

// networkKey returns what counts as one network: so many bits of the address, or none where there is no address, so that
// all such share one budget.
func networkKey(c echo.Context, of4, of6 int) []byte {
	address, err := netip.ParseAddr(c.RealIP())
	if err != nil {
		return nil
	}
	address = address.Unmap().WithZone("")
	bits := of4
	if address.Is6() {
		bits = of6
	}
	network, err := address.Prefix(bits)
	if err != nil {
		return nil
	}
	return network.Addr().AsSlice()
}
