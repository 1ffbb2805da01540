package domain

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Actor is who asks: an account, a machine with an organisation's API key, the operator at the machine's own terminal, or
// nobody (the zero value), a visitor.
type Actor struct {
	AccountID uuid.UUID
	Session   uuid.UUID // that the request belongs to; Nil where that is not known
	Key       uuid.UUID // of the machine; AccountID is Nil then
	Operator  bool
}

// ID returns the account or the key that asks; Nil for a visitor.
func (a Actor) ID() uuid.UUID {
	if a.Key != uuid.Nil {
		return a.Key
	}
	return a.AccountID
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
func (m *Market) now() time.Time { return stored(m.clock()) }

func stored(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Today is the date in Kazakhstan.
func (m *Market) Today() Date { return DateOf(m.clock()) }

// Catalogue returns the competences in force.
func (m *Market) Catalogue() *Catalogue { return m.catalogue() }

// identified returns Unauthenticated for a visitor, before anything is read: so a visitor learns nothing from the answer.
func identified(a Actor) error {
	if a.Key != uuid.Nil {
		return nil
	}
	return signedIn(a)
}

// signedIn is identified for what keys may never do.
func signedIn(a Actor) error {
	if !a.Operator && a.AccountID == uuid.Nil {
		return Fail(Unauthenticated, CodeSignIn)
	}
	return nil
}

// person reads who the actor is. It returns Unauthenticated for a visitor, for a key, which is nobody, and for an account
// that is gone.
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

// keyOf reads the actor's key. It returns Unauthenticated for one that is gone or was revoked.
func keyOf(ctx context.Context, r Reader, a Actor) (*APIKey, error) {
	k, err := r.APIKey(ctx, a.Key)
	if KindOf(err) == NotFound || err == nil && !k.RevokedAt.IsZero() {
		return nil, Fail(Unauthenticated, CodeSignIn)
	}
	return k, err
}

// keyMay returns Forbidden unless the actor's key is the organisation's and has one of some scopes.
func keyMay(ctx context.Context, r Reader, a Actor, organisation uuid.UUID, some []Scope) error {
	k, err := keyOf(ctx, r, a)
	switch {
	case err != nil:
		return err
	case k.Organisation != organisation:
		return Fail(Forbidden, CodeNotYours)
	case !k.Has(some...):
		return Fail(Forbidden, CodeKeyScope)
	}
	return nil
}

// mayKnow says whether the actor may know of an organisation that is not public.
func mayKnow(ctx context.Context, r Reader, a Actor, organisation uuid.UUID) (bool, error) {
	if a.Key == uuid.Nil {
		return mayRead(ctx, r, a, organisation)
	}
	k, err := keyOf(ctx, r, a)
	if KindOf(err) == Unauthenticated {
		return false, nil
	}
	return err == nil && k.Organisation == organisation, err
}

// standing returns whether the actor is an administrator, and their role in an organisation; neither of a visitor, of a key
// and of an account that is gone.
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

// mayRead says whether the actor may see what an organisation has not made public. A key of the organisation's may with
// one of some scopes; where none are named, no key may.
func mayRead(ctx context.Context, r Reader, a Actor, organisation uuid.UUID, some ...Scope) (bool, error) {
	if a.Key != uuid.Nil {
		err := keyMay(ctx, r, a, organisation, some)
		if KindOf(err) == Unauthenticated || KindOf(err) == Forbidden {
			return false, nil
		}
		return err == nil, err
	}
	admin, role, err := standing(ctx, r, a, organisation)
	return admin || role != "", err
}

// mayReadAll returns Unauthenticated for a visitor, NotFound for an organisation that the actor cannot see, Forbidden for
// one that the actor is no member of, administrators apart. A key of the organisation's may with one of some scopes.
func mayReadAll(ctx context.Context, r Reader, a Actor, organisation uuid.UUID, some ...Scope) error {
	if err := identified(a); err != nil {
		return err
	}
	o, err := r.Organisation(ctx, organisation)
	if err != nil {
		return err
	}
	ok, err := mayRead(ctx, r, a, organisation, some...)
	if err != nil || ok {
		return err
	}
	known := o.Verification == Verified
	if !known {
		if known, err = mayKnow(ctx, r, a, organisation); err != nil {
			return err
		}
	}
	if !known {
		return Fail(NotFound, CodeNotFound)
	}
	return Fail(Forbidden, CodeNotYours)
}

// mayWrite returns Unauthenticated for a visitor and Forbidden unless the actor is an owner or editor of the
// organisation, or a key of it with one of some scopes; where none are named, no key may.
func mayWrite(ctx context.Context, r Reader, a Actor, organisation uuid.UUID, some ...Scope) error {
	if a.Key != uuid.Nil {
		return keyMay(ctx, r, a, organisation, some)
	}
	return mayAs(ctx, r, a, organisation, MemberRole.Writes)
}

// mayAs returns Unauthenticated for a visitor and a key, and Forbidden unless the actor's role in the organisation is
// enough.
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

// mayAnalyse returns Unauthenticated for a visitor and a key, and Forbidden unless the actor is an analyst or an administrator.
func mayAnalyse(ctx context.Context, r Reader, a Actor) error {
	if a.Operator {
		return nil
	}
	p, err := person(ctx, r, a)
	if err != nil {
		return err
	}
	if !p.Account.Analyst && !p.Account.Admin {
		return Fail(Forbidden, CodeAnalystsOnly)
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

// mayChange is mayWrite for a thing of a side that is there: whoever may not even know of it learns NotFound, not
// Forbidden.
func mayChange(ctx context.Context, r Reader, a Actor, organisation uuid.UUID, public bool, side Side) error {
	return concealed(ctx, r, a, organisation, public, mayWrite(ctx, r, a, organisation, side.Write()), side.Read())
}

// mayOwn is for what only owners of an organisation may do; of it too, whoever may not even know learns NotFound.
func mayOwn(ctx context.Context, r Reader, a Actor, organisation uuid.UUID, public bool) error {
	return concealed(ctx, r, a, organisation, public, mayAs(ctx, r, a, organisation, MemberRole.Owns))
}

// concealed turns a refusal into NotFound for whoever may not even know of what they were refused, a key without one of
// some scopes among them.
func concealed(ctx context.Context, r Reader, a Actor, organisation uuid.UUID, public bool, err error, some ...Scope) error {
	if public || KindOf(err) != Forbidden && KindOf(err) != Unauthenticated {
		return err
	}
	known, readErr := mayRead(ctx, r, a, organisation, some...)
	if readErr != nil {
		return readErr
	}
	if !known {
		return Fail(NotFound, CodeNotFound)
	}
	return err
}
