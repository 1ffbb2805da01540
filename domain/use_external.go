package domain

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// TicketLifetime is how long somebody may take to sign in elsewhere and come back.
const TicketLifetime = 10 * time.Minute

// IdentityProvider is an OpenID provider: somebody else who can say who somebody is.
type IdentityProvider interface {
	// Name is what people call it.
	Name() string
	// Issuer is what it calls itself.
	Issuer() string
	// Begin returns where somebody says at the provider who they are, to be sent back to an address, and what they need to
	// come back with: to link an account, or with Nil to sign in. It returns Invalid for an address that nobody is sent
	// back to, Unavailable if the provider cannot be asked.
	Begin(ctx context.Context, redirect string, account uuid.UUID, now time.Time) (Departure, error)
	// Finish returns whom the provider has sent back. It returns Unauthenticated with CodeExternalRefused for whatever is
	// wrong with what they bring, and unless it was begun for this account, or Nil; Unavailable if the provider cannot be asked.
	Finish(ctx context.Context, back Return, account uuid.UUID, now time.Time) (ExternalPerson, error)
}

// Departure is what somebody gets who goes to sign in elsewhere.
type Departure struct {
	URL    string // of the provider
	State  string // what the provider sends back
	Ticket string // to be kept where only they have it
	Until  time.Time
}

// Return is what somebody brings who has signed in elsewhere.
type Return struct {
	Code   string
	State  string
	Issuer string // "" where the provider did not say
	Ticket string
}

// ExternalPerson is somebody as a provider knows them. Only issuer, subject and ticket are checked.
type ExternalPerson struct {
	Issuer, Subject string
	Email           string
	EmailVerified   bool // the provider vouches for the address
	Name            string
	Language        string
	Ticket          uuid.UUID // what they came with
	Until           time.Time // how long that is good
}

// Identity is who an account is at a provider. A subject at an issuer is one account, and an account one subject there.
type Identity struct {
	ID        uuid.UUID
	AccountID uuid.UUID
	Issuer    string
	Subject   string
	CreatedAt time.Time
}

// External are the verbs of signing in through a provider. Those of a nil External, where none is configured, return NotFound.
type External struct {
	accounts *Accounts
	provider IdentityProvider
}

// NewExternal returns the verbs of signing in through a provider.
func NewExternal(accounts *Accounts, provider IdentityProvider) *External {
	return &External{accounts, provider}
}

// Provider returns through whom people sign in.
func (x *External) Provider() (IdentityProvider, error) {
	if x == nil {
		return nil, Fail(NotFound, CodeNoExternal)
	}
	return x.provider, nil
}

// Begin has the actor go to the provider, to link their account or, as a visitor, to sign in. Errors are the provider's.
func (x *External) Begin(ctx context.Context, a Actor, redirect string) (Departure, error) {
	provider, err := x.Provider()
	if err != nil {
		return Departure{}, err
	}
	return provider.Begin(ctx, redirect, a.AccountID, x.accounts.now())
}

// SignIn begins a session for whom the provider has sent back. Who is there for the first time gets an account, without a
// password. It returns Unauthenticated and Unavailable as the provider does, Invalid if it does not vouch for the address of
// somebody new, and Conflict if an account has proven that address already: it is not theirs before its owner has linked the two.
func (x *External) SignIn(ctx context.Context, back Return) (Session, error) {
	who, err := x.finish(ctx, back, uuid.Nil)
	if err != nil {
		return Session{}, err
	}
	out, err := x.enter(ctx, who)
	if KindOf(err) == Conflict { // it may be themselves, who came at the same moment in another tab: look again
		return x.enter(ctx, who)
	}
	return out, err
}

func (x *External) finish(ctx context.Context, back Return, account uuid.UUID) (ExternalPerson, error) {
	provider, err := x.Provider()
	if err != nil {
		return ExternalPerson{}, err
	}
	return provider.Finish(ctx, back, account, x.accounts.now())
}

// enter begins a session for a person, in one transaction with all that comes before it.
func (x *External) enter(ctx context.Context, who ExternalPerson) (Session, error) {
	var out Session
	err := x.accounts.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := spend(ctx, tx, who); err != nil {
			return err
		}
		account, err := tx.AccountByIdentity(ctx, who.Issuer, who.Subject)
		if KindOf(err) == NotFound {
			account, err = x.welcome(ctx, tx, who)
		}
		if err != nil {
			return err
		}
		out, err = x.accounts.enter(ctx, tx, account.ID)
		return err
	})
	return out, err
}

// spend takes the ticket that somebody came with; the second who brings it is refused, in whichever replica.
func spend(ctx context.Context, tx Tx, who ExternalPerson) error {
	fresh, err := tx.UseTicket(ctx, who.Ticket, who.Until)
	if err == nil && !fresh {
		return Fail(Unauthenticated, CodeExternalRefused)
	}
	return err
}

// welcome makes an account for somebody new.
func (x *External) welcome(ctx context.Context, tx Tx, who ExternalPerson) (*Account, error) {
	account, err := newExternalAccount(uuid.Must(uuid.NewV7()), who, x.accounts.now())
	if err != nil {
		return nil, err
	}
	other, err := tx.AccountByEmail(ctx, account.Email)
	if err == nil {
		other, err = tx.AccountForUpdate(ctx, other.ID)
	}
	switch {
	case err == nil && other.Confirmed():
		return nil, Fail(Conflict, CodeAccountExists)
	case err == nil: // whoever registered it never proved that the address is theirs
		err = tx.DropAccount(ctx, other.ID)
	case KindOf(err) == NotFound:
		err = nil
	}
	if err != nil {
		return nil, err
	}
	if err := tx.CreateAccount(ctx, account); err != nil {
		return nil, err
	}
	a := Actor{AccountID: account.ID}
	if err := record(ctx, tx, a, account.CreatedAt, Deed{Kind: DeedAccountCreated, SubjectKind: SubjectAccount, Subject: account.ID}); err != nil {
		return nil, err
	}
	_, err = x.link(ctx, tx, a, who)
	return account, err
}

// newExternalAccount returns the account of somebody whose address a provider vouches for: else Invalid. It has no
// password. A name that cannot be one is replaced by what stands before the @, a language that Kopir does not speak left out.
func newExternalAccount(id uuid.UUID, who ExternalPerson, now time.Time) (*Account, error) {
	email, err := ParseEmail(who.Email)
	if err != nil || !who.EmailVerified {
		return nil, Fail(Invalid, CodeEmailNotVerified)
	}
	a := &Account{ID: id, Email: email, CreatedAt: now, ConfirmedAt: now}
	if a.Name = requiredText(new(Faults), "", who.Name, MaxName, false); a.Name == "" {
		local, _, _ := strings.Cut(email, "@")
		a.Name = string([]rune(local)[:min(len([]rune(local)), MaxName)])
	}
	said := Language(strings.ToLower(strings.ReplaceAll(who.Language, "_", "-"))).Base()
	if slices.Contains(Spoken(), said) {
		a.Language = said
	}
	return a, nil
}

// link keeps who the actor is at the provider.
func (x *External) link(ctx context.Context, tx Tx, a Actor, who ExternalPerson) (*Identity, error) {
	now := x.accounts.now()
	i := Identity{ID: uuid.Must(uuid.NewV7()), AccountID: a.AccountID, Issuer: who.Issuer, Subject: who.Subject, CreatedAt: now}
	if err := tx.CreateIdentity(ctx, i); err != nil {
		return nil, err
	}
	return &i, record(ctx, tx, a, now, Deed{Kind: DeedIdentityLinked, SubjectKind: SubjectAccount, Subject: a.AccountID})
}

// Link links whom the provider has sent back with the actor's account, and writes to its owner. It returns Unauthenticated
// for a visitor, Forbidden before the address is proven: else whoever registered somebody else's could come back through the
// provider. It returns Invalid where SignIn returns Unauthenticated, Conflict if the identity belongs to another account or the
// account has one at the provider.
func (x *External) Link(ctx context.Context, a Actor, back Return) (*Identity, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	who, err := x.finish(ctx, back, a.AccountID)
	if err != nil {
		return nil, asInvalid(err)
	}
	var out *Identity
	err = x.accounts.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := own(ctx, tx, a); err != nil {
			return err
		}
		p, err := person(ctx, tx, a)
		if err != nil {
			return err
		}
		if !p.Account.Confirmed() {
			return Fail(Forbidden, CodeEmailNotConfirmed)
		}
		if err := spend(ctx, tx, who); err != nil {
			return asInvalid(err)
		}
		if err := x.free(ctx, tx, a, who); err != nil {
			return err
		}
		if out, err = x.link(ctx, tx, a, who); err != nil {
			return err
		}
		letter := x.accounts.letter(LetterIdentityLinked, &p.Account)
		letter.Facts = []string{x.provider.Name()}
		return tx.SendLetter(ctx, letter)
	})
	return out, err
}

// asInvalid is the refusal of what a provider's visitor brought, for somebody who is signed in all the same.
func asInvalid(err error) error {
	if KindOf(err) == Unauthenticated {
		return Fail(Invalid, CodeExternalRefused)
	}
	return err
}

// free returns Conflict unless both sides are free to be linked.
func (x *External) free(ctx context.Context, tx Tx, a Actor, who ExternalPerson) error {
	other, err := tx.AccountByIdentity(ctx, who.Issuer, who.Subject)
	if err == nil && other.ID != a.AccountID {
		return Fail(Conflict, CodeIdentityTaken)
	}
	if err != nil && KindOf(err) != NotFound {
		return err
	}
	list, err := tx.Identities(ctx, a.AccountID)
	if slices.ContainsFunc(list, func(i Identity) bool { return i.Issuer == who.Issuer }) {
		return Fail(Conflict, CodeIdentityLinked)
	}
	return err
}

// Identities lists who the actor is elsewhere, the one linked first first. It returns Unauthenticated for a visitor.
func (x *External) Identities(ctx context.Context, a Actor) ([]Identity, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	if _, err := x.Provider(); err != nil {
		return nil, err
	}
	return x.accounts.store.Identities(ctx, a.AccountID)
}

// Unlink takes an identity from the actor's account. It returns Unauthenticated for a visitor, NotFound for an identity that
// is not the actor's, and Conflict if it is the last way to sign in: there is no password, and the provider is the one that
// is configured.
func (x *External) Unlink(ctx context.Context, a Actor, identity uuid.UUID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	if _, err := x.Provider(); err != nil {
		return err
	}
	return x.accounts.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		p, err := person(ctx, tx, a)
		if err != nil {
			return err
		}
		list, err := tx.Identities(ctx, a.AccountID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(list, func(i Identity) bool { return i.ID == identity })
		if at < 0 {
			return Fail(NotFound, CodeNotFound)
		}
		if p.Account.PasswordHash == "" && list[at].Issuer == x.provider.Issuer() {
			return Fail(Conflict, CodeLastWayIn)
		}
		if err := tx.DeleteIdentity(ctx, identity); err != nil {
			return err
		}
		return record(ctx, tx, a, x.accounts.now(), Deed{Kind: DeedIdentityUnlinked, SubjectKind: SubjectAccount, Subject: a.AccountID})
	})
}
