package domain

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Actor is who asks: an account, the operator at the machine's own terminal, or nobody (the zero value), a visitor.
type Actor struct {
	AccountID uuid.UUID
	Session   uuid.UUID // that the request belongs to; Nil where that is not known
	Operator  bool
}

// Visitor is somebody without an account.
var Visitor = Actor{}

// Market is where the verbs live: what people do with organisations, demands and programmes. Every verb that writes
// reads the actor's roles and memberships from the database, in the transaction of the write.
type Market struct {
	store     Store
	catalogue func() *Catalogue
	clock     func() time.Time
	newID     func() uuid.UUID
}

// NewMarket returns a market over a store. catalogue returns the competences in force; clock the time.
func NewMarket(store Store, catalogue func() *Catalogue, clock func() time.Time) *Market {
	return &Market{store: store, catalogue: catalogue, clock: clock, newID: func() uuid.UUID {
		return uuid.Must(uuid.NewV7())
	}}
}

// now is the time as it is stored: UTC, microseconds.
func (m *Market) now() time.Time { return m.clock().UTC().Truncate(time.Microsecond) }

// Today is the date in Kazakhstan.
func (m *Market) Today() Date { return DateOf(m.clock()) }

// Catalogue returns the competences in force.
func (m *Market) Catalogue() *Catalogue { return m.catalogue() }

// signedIn returns Unauthenticated for a visitor, before anything is read: so a visitor learns nothing from the answer.
func signedIn(a Actor) error {
	if !a.Operator && a.AccountID == uuid.Nil {
		return Fail(Unauthenticated, CodeSignIn)
	}
	return nil
}

// person reads who the actor is. It returns Unauthenticated for a visitor and for an account that is gone.
func person(ctx context.Context, r Reader, a Actor) (*Person, error) {
	if a.AccountID == uuid.Nil {
		return nil, Fail(Unauthenticated, CodeSignIn)
	}
	p, err := r.Person(ctx, a.AccountID)
	if KindOf(err) == NotFound {
		return nil, Fail(Unauthenticated, CodeSignIn)
	}
	return p, err
}

// standing returns whether the actor is an administrator, and their role in an organisation; neither of a visitor and of
// an account that is gone.
func standing(ctx context.Context, r Reader, a Actor, organisation uuid.UUID) (admin bool, role MemberRole, err error) {
	if a.Operator {
		return true, "", nil
	}
	p, err := person(ctx, r, a)
	if KindOf(err) == Unauthenticated {
		return false, "", nil
	}
	if err != nil {
		return false, "", err
	}
	return p.Account.Admin, p.RoleIn(organisation), nil
}

// mayRead says whether the actor may see what an organisation has not made public.
func mayRead(ctx context.Context, r Reader, a Actor, organisation uuid.UUID) (bool, error) {
	admin, role, err := standing(ctx, r, a, organisation)
	return admin || role != "", err
}

// mayReadAll returns Unauthenticated for a visitor, NotFound for an organisation that the actor cannot see, Forbidden for
// one that the actor is no member of, administrators apart.
func mayReadAll(ctx context.Context, r Reader, a Actor, organisation uuid.UUID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	o, err := r.Organisation(ctx, organisation)
	if err != nil {
		return err
	}
	ok, err := mayRead(ctx, r, a, organisation)
	switch {
	case err != nil || ok:
		return err
	case o.Verification == Verified:
		return Fail(Forbidden, CodeNotYours)
	default:
		return Fail(NotFound, CodeNotFound)
	}
}

// mayWrite returns Unauthenticated for a visitor and Forbidden unless the actor is an owner or editor of the
// organisation.
func mayWrite(ctx context.Context, r Reader, a Actor, organisation uuid.UUID) error {
	return mayAs(ctx, r, a, organisation, MemberRole.Writes)
}

// mayAs returns Unauthenticated for a visitor and Forbidden unless the actor's role in the organisation is enough.
func mayAs(ctx context.Context, r Reader, a Actor, organisation uuid.UUID, enough func(MemberRole) bool) error {
	if a.Operator {
		return nil
	}
	p, err := person(ctx, r, a)
	if err != nil {
		return err
	}
	if !enough(p.RoleIn(organisation)) {
		return Fail(Forbidden, CodeNotYours)
	}
	return nil
}

// mayAdminister returns Unauthenticated for a visitor and Forbidden unless the actor is an administrator.
func mayAdminister(ctx context.Context, r Reader, a Actor) error {
	if a.Operator {
		return nil
	}
	p, err := person(ctx, r, a)
	if err != nil {
		return err
	}
	if !p.Account.Admin {
		return Fail(Forbidden, CodeAdminsOnly)
	}
	return nil
}

// isVerified returns Conflict unless an organisation may publish.
func isVerified(ctx context.Context, r Reader, id uuid.UUID) error {
	o, err := r.Organisation(ctx, id)
	if err != nil {
		return err
	}
	if o.Verification != Verified {
		return Fail(Conflict, CodeNotVerified)
	}
	return nil
}

// fresh returns Stale unless the version that somebody read is still the one there is.
func fresh(read, is int) error {
	if read != is {
		return Fail(Stale, CodeStale)
	}
	return nil
}

// mayChange is mayWrite for a thing that is there: whoever may not even know of it learns NotFound, not Forbidden.
func mayChange(ctx context.Context, r Reader, a Actor, organisation uuid.UUID, public bool) error {
	return concealed(ctx, r, a, organisation, public, mayWrite(ctx, r, a, organisation))
}

// mayOwn is mayChange for what only owners of the organisation may do.
func mayOwn(ctx context.Context, r Reader, a Actor, organisation uuid.UUID, public bool) error {
	return concealed(ctx, r, a, organisation, public, mayAs(ctx, r, a, organisation, MemberRole.Owns))
}

// concealed turns a refusal into NotFound for whoever may not even know of what they were refused.
func concealed(ctx context.Context, r Reader, a Actor, organisation uuid.UUID, public bool, err error) error {
	if public || KindOf(err) != Forbidden && KindOf(err) != Unauthenticated {
		return err
	}
	known, readErr := mayRead(ctx, r, a, organisation)
	if readErr != nil {
		return readErr
	}
	if !known {
		return Fail(NotFound, CodeNotFound)
	}
	return err
}
