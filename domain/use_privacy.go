package domain

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Privacy are the verbs by which people see, take away and agree to what is kept of them.
type Privacy struct {
	store     Store
	passwords Passwords
	documents []ConsentDocument
	clock     func() time.Time
}

// NewPrivacy returns the verbs of privacy. documents are what people agree to here; none is an answer too.
func NewPrivacy(store Store, passwords Passwords, documents []ConsentDocument, clock func() time.Time) *Privacy {
	return &Privacy{store, passwords, documents, clock}
}

func (p *Privacy) now() time.Time { return p.clock().UTC().Truncate(time.Microsecond) }

// Documents returns what people agree to here, in the versions that are in force.
func (p *Privacy) Documents() []ConsentDocument { return slices.Clone(p.documents) }

// Export returns everything that is kept of the actor, table by table, as of one moment. It returns Unauthenticated for a
// visitor.
func (p *Privacy) Export(ctx context.Context, a Actor) ([]PersonalRecords, error) {
	me, err := person(ctx, p.store, a)
	if err != nil {
		return nil, err
	}
	return p.store.PersonalRecords(ctx, me.Account.ID, me.Account.Email)
}

// Erase takes away everything that is kept of the actor; the audit keeps deeds under an id that names nobody any more.
// Organisations in which nobody else is a member go too, with all they have, and must be named for it. It returns
// Unauthenticated for a visitor, Invalid for a wrong password and for organisations that are not named, or should not be,
// and Conflict where others would be left without an owner.
func (p *Privacy) Erase(ctx context.Context, a Actor, password string, with []uuid.UUID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	account, err := p.store.Account(ctx, a.AccountID)
	if KindOf(err) == NotFound { // erased meanwhile
		return Fail(Unauthenticated, CodeSignIn)
	}
	if err != nil {
		return err
	}
	if err := p.proves(ctx, account, password); err != nil {
		return err
	}
	return p.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		me, err := person(ctx, tx, a)
		if err != nil {
			return err
		}
		alone, err := p.alone(ctx, tx, me)
		if err != nil {
			return err
		}
		if err := named(alone, with); err != nil {
			return err
		}
		for _, o := range alone {
			if err := eraseOrganisation(ctx, tx, o.ID, p.now()); err != nil {
				return err
			}
		}
		if err := record(ctx, tx, a, p.now(), Deed{Kind: DeedAccountErased, SubjectKind: SubjectAccount, Subject: me.Account.ID}); err != nil {
			return err
		}
		return tx.EraseAccount(ctx, me.Account.ID, me.Account.Email)
	})
}

// proves returns Invalid unless a password is the account's. Somebody who signs in elsewhere has none, and need not prove
// it.
func (p *Privacy) proves(ctx context.Context, account *Account, password string) error {
	if account.PasswordHash == "" {
		return nil
	}
	right, err := p.passwords.Check(ctx, account.PasswordHash, password)
	if err != nil || right {
		return err
	}
	var f Faults
	f.Add("/password", CodeWrongPassword)
	return f.Err()
}

// alone returns the organisations of which somebody is the only member, held until the transaction ends. It returns
// Conflict if somebody is the only owner of others.
func (p *Privacy) alone(ctx context.Context, tx Tx, me *Person) ([]*Organisation, error) {
	var out []*Organisation
	for _, m := range me.Memberships { // by id: whoever does so at the same moment holds them in the same order
		o, err := tx.OrganisationForUpdate(ctx, m.Organisation.ID)
		if err != nil {
			return nil, err
		}
		all, _, err := tx.Members(ctx, MemberList{Organisation: o.ID})
		if err != nil {
			return nil, err
		}
		others := slices.DeleteFunc(all, func(m Member) bool { return m.AccountID == me.Account.ID })
		switch {
		case len(others) == 0:
			out = append(out, o)
		case m.Role == Owner && !slices.ContainsFunc(others, func(m Member) bool { return m.Role == Owner }):
			return nil, Fail(Conflict, CodeLastOwner)
		}
	}
	return out, nil
}

// named returns Invalid unless exactly the organisations that go are named.
func named(alone []*Organisation, with []uuid.UUID) error {
	var f Faults
	for _, o := range alone {
		if !slices.Contains(with, o.ID) {
			f.Add("/organisations", CodeGoesToo, o.ID)
		}
	}
	for i, id := range with {
		if !slices.ContainsFunc(alone, func(o *Organisation) bool { return o.ID == id }) {
			f.Add(pointer("/organisations", i), CodeUnknownValue, id)
		}
	}
	return f.Err()
}

// eraseOrganisation deletes an organisation with all it has.
func eraseOrganisation(ctx context.Context, tx Tx, id uuid.UUID, at time.Time) error {
	all := OwnList{Organisation: id, Limit: 1000}
	for {
		list, _, err := tx.ListDemands(ctx, all)
		if err != nil {
			return err
		}
		for _, d := range list {
			if err := closeDeleted(ctx, tx, demandAsThing(tx, d), at); err != nil {
				return err
			}
			if err := tx.DeleteDemand(ctx, d.ID); err != nil {
				return err
			}
		}
		if len(list) < all.Limit {
			break
		}
	}
	for {
		list, _, err := tx.ListProgrammes(ctx, all)
		if err != nil {
			return err
		}
		for _, p := range list {
			if err := closeDeleted(ctx, tx, programmeAsThing(tx, p), at); err != nil {
				return err
			}
			if err := tx.DeleteProgramme(ctx, p.ID); err != nil {
				return err
			}
		}
		if len(list) < all.Limit {
			break
		}
	}
	return tx.DeleteOrganisation(ctx, id)
}

// Consents lists what the actor has agreed to, newest first, withdrawn ones too. It returns Unauthenticated for a visitor.
func (p *Privacy) Consents(ctx context.Context, a Actor) ([]Consent, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	return p.store.Consents(ctx, a.AccountID)
}

// GiveConsent notes that the actor agrees to a document; once more is no other. It returns Unauthenticated for a visitor,
// NotFound for a document that there is not, Invalid for another version than the one in force.
func (p *Privacy) GiveConsent(ctx context.Context, a Actor, document, version string) error {
	if err := signedIn(a); err != nil {
		return err
	}
	at := slices.IndexFunc(p.documents, func(d ConsentDocument) bool { return d.Name == document })
	if at < 0 {
		return Fail(NotFound, CodeNotFound)
	}
	if p.documents[at].Version != version {
		var f Faults
		f.Add("/version", CodeNotInForce, p.documents[at].Version)
		return f.Err()
	}
	return p.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := own(ctx, tx, a); err != nil {
			return err
		}
		given, err := tx.Consents(ctx, a.AccountID)
		if err != nil || slices.ContainsFunc(given, func(c Consent) bool { return c.holds(document, version) }) {
			return err
		}
		return tx.SaveConsent(ctx, Consent{
			ID: uuid.Must(uuid.NewV7()), AccountID: a.AccountID, Document: document, Version: version, GivenAt: p.now(),
		})
	})
}

// WithdrawConsent notes that the actor no longer agrees to a document, in any version. It returns Unauthenticated for a
// visitor, NotFound if there is nothing to withdraw.
func (p *Privacy) WithdrawConsent(ctx context.Context, a Actor, document string) error {
	if err := signedIn(a); err != nil {
		return err
	}
	return p.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := own(ctx, tx, a); err != nil {
			return err
		}
		given, err := tx.Consents(ctx, a.AccountID)
		if err != nil {
			return err
		}
		withdrawn := false
		for _, c := range given {
			if c.Document != document || !c.WithdrawnAt.IsZero() {
				continue
			}
			withdrawn, c.WithdrawnAt = true, p.now()
			if err := tx.SaveConsent(ctx, c); err != nil {
				return err
			}
		}
		if !withdrawn {
			return Fail(NotFound, CodeNotFound)
		}
		return nil
	})
}
