package domain

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
)

// What only the operator does, at the machine's own terminal: bringing in organisations, accounts and catalogues.

// RegisteredID returns the id of an organisation that the operator brings in: the same for the same registration on
// every instance.
func RegisteredID(r Registration) uuid.UUID {
	return uuid.NewSHA1(importSpace, []byte("organisation\x00"+r.Key()))
}

// EnsureOrganisation returns the verified organisation with the form's registration, created if there is none. It
// returns Forbidden to all but the operator, Invalid with every fault of the form.
func (m *Market) EnsureOrganisation(ctx context.Context, a Actor, form OrganisationForm) (*Organisation, error) {
	if !a.Operator {
		return nil, Fail(Forbidden, CodeAdminsOnly)
	}
	now := m.now()
	o, err := NewOrganisation(uuid.Nil, form, now)
	if err != nil {
		return nil, err
	}
	o.ID, o.Verification = RegisteredID(o.Registration), Verified
	err = m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.OrganisationByRegistration(ctx, o.Registration)
		switch {
		case err == nil && found.Verification == Verified:
			o = found
			return nil
		case err != nil && KindOf(err) != NotFound:
			return err
		}
		if err := tx.CreateOrganisation(ctx, o); err != nil { // whoever else claims the number is not verified
			return err
		}
		return record(ctx, tx, a, now, deedOn(DeedOrganisationCreated, o, ""))
	})
	return o, err
}

// FindOrganisation returns an organisation by its id or by its BIN. It returns NotFound if there is none that the actor
// may see.
func (m *Market) FindOrganisation(ctx context.Context, a Actor, idOrBIN string) (*Organisation, error) {
	if id, err := uuid.Parse(idOrBIN); err == nil {
		return m.Organisation(ctx, a, id)
	}
	o, err := m.store.OrganisationByRegistration(ctx, Registration{Scheme: BIN, Country: "KZ", Number: idOrBIN})
	if err != nil {
		return nil, err
	}
	return m.Organisation(ctx, a, o.ID)
}

// Powers is what an account may do beyond what everybody may.
type Powers struct {
	Admin, Analyst bool
	OwnerOf        []uuid.UUID
}

// EnsureAccount returns the account with the form's address, created with powers if there is none; its address
// counts as proven. It returns Forbidden to all but the operator, Invalid with every fault of the form.
func (s *Accounts) EnsureAccount(ctx context.Context, a Actor, form AccountForm, powers Powers) (*Account, error) {
	if !a.Operator {
		return nil, Fail(Forbidden, CodeAdminsOnly)
	}
	account, err := NewAccount(uuid.Must(uuid.NewV7()), form, s.now())
	if err != nil {
		return nil, err
	}
	account.Admin, account.Analyst, account.ConfirmedAt = powers.Admin, powers.Analyst, account.CreatedAt
	if found, err := s.store.AccountByEmail(ctx, account.Email); KindOf(err) != NotFound {
		return found, err
	}
	if account.PasswordHash, err = s.passwords.Hash(ctx, form.Password); err != nil {
		return nil, err
	}
	return account, s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.CreateAccount(ctx, account); err != nil {
			return err
		}
		for _, o := range powers.OwnerOf {
			if err := tx.SaveMembership(ctx, Membership{o, account.ID, Owner}); err != nil {
				return err
			}
		}
		return record(ctx, tx, a, s.now(), Deed{Kind: DeedAccountCreated, SubjectKind: SubjectAccount, Subject: account.ID})
	})
}

// DropSecondFactor turns off the second factor of the account with an address, whose owner has lost the app and the
// recovery codes, and writes to them. It returns Forbidden to all but the operator, NotFound without such an account and
// Conflict if its second factor is not on.
func (s *Accounts) DropSecondFactor(ctx context.Context, a Actor, email string) error {
	if !a.Operator {
		return Fail(Forbidden, CodeAdminsOnly)
	}
	address, err := ParseEmail(email)
	if err != nil {
		return Fail(NotFound, CodeNotFound)
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.AccountByEmail(ctx, address)
		if err != nil {
			return err
		}
		account, err := tx.AccountForUpdate(ctx, found.ID)
		if err != nil {
			return err
		}
		if !account.Factor.On() {
			return Fail(Conflict, CodeFactorOff)
		}
		return s.turn(ctx, tx, a, account, nil, LetterSecondFactorOff, DeedSecondFactorOff)
	})
}

// InstallCatalogue brings in what a program ships, unless the same or a newer one's is in force, and says whether it did.
// What was imported and what administrators decided stays.
func InstallCatalogue(ctx context.Context, store Store, s Shipped, now time.Time) (bool, error) {
	installed := false
	err := store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		edition, err := tx.CatalogueForUpdate(ctx)
		var content CatalogueContent
		switch {
		case KindOf(err) == NotFound: // the first one
		case err != nil:
			return err
		case s.Number <= edition.Number:
			return nil
		default:
			if content, err = tx.CatalogueContent(ctx); err != nil {
				return err
			}
		}
		content.upgrade(s.Content)
		edition.Number, edition.Shipped = s.Number, s.Edition
		if _, err := content.Catalogue(edition.String()); err != nil {
			return err
		}
		installed = true
		if err := tx.SaveCatalogue(ctx, edition, content); err != nil {
			return err
		}
		return record(ctx, tx, Actor{Operator: true}, stored(now), deedOnCatalogue(DeedCatalogueInstalled, s.Edition))
	})
	return installed && err == nil, err
}

// ImportFrameworks brings versions of frameworks into the catalogue, all or none, and says what that changes, or would
// change where only that is asked. It returns an Invalid error that names what does not fit together; NotFound where there
// is no catalogue yet.
func ImportFrameworks(ctx context.Context, store Store, revisions []Revision, onlyAsk bool, now time.Time) ([]Difference, error) {
	var out []Difference
	err := store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		edition, err := tx.CatalogueForUpdate(ctx)
		if err != nil {
			return err
		}
		content, err := tx.CatalogueContent(ctx)
		if err != nil {
			return err
		}
		var changes []string
		var revised []Competence
		out = nil
		for _, r := range revisions {
			d := content.revise(r)
			out, revised = append(out, d), append(revised, r.Competences...)
			if !d.Empty() {
				changes = append(changes, string(r.Framework.ID)+" "+r.Framework.Version)
			}
		}
		next, err := content.Catalogue(edition.String())
		if err != nil {
			return err
		}
		if err := next.followable(revised); err != nil || onlyAsk || len(changes) == 0 {
			return err
		}
		edition.Revision++
		if err := tx.SaveCatalogue(ctx, edition, content); err != nil {
			return err
		}
		return record(ctx, tx, Actor{Operator: true}, stored(now), deedOnCatalogue(DeedFrameworksImported, strings.Join(changes, ", ")))
	})
	return out, err
}

// RotateKeys has rotate make a new signing key, in the transaction that its ctx carries, and notes the key's name. It
// returns what rotate does.
func RotateKeys(ctx context.Context, store Store, now time.Time, rotate func(context.Context) (key string, err error)) error {
	return store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		key, err := rotate(ctx)
		if err != nil {
			return err
		}
		return record(ctx, tx, Actor{Operator: true}, stored(now), Deed{Kind: DeedKeysRotated, SubjectKind: SubjectSigningKeys, Note: key})
	})
}
