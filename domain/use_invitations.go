package domain

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Invitations lists the invitations to an organisation that can be accepted. It returns Unauthenticated for a visitor,
// NotFound for an organisation that the actor cannot see, Forbidden unless they own it.
func (s *Members) Invitations(ctx context.Context, a Actor, q InvitationList) ([]Invitation, int, error) {
	if err := signedIn(a); err != nil {
		return nil, 0, err
	}
	o, err := s.store.Organisation(ctx, q.Organisation)
	if err != nil {
		return nil, 0, err
	}
	if err := mayOwn(ctx, s.store, a, o.ID, o.Verification == Verified); err != nil {
		return nil, 0, err
	}
	return s.store.OpenInvitations(ctx, q, s.now())
}

// Invite writes a letter with a code to somebody who is to join an organisation, in their own language, else in one that
// is given. It takes the place of one that is open for the same address. It returns Unauthenticated for a visitor, NotFound for
// an organisation that the actor cannot see, Forbidden unless they own it, Invalid with every fault of the form, Conflict
// for a member and while too many are open, Throttled when the actor has sent too many letters.
func (s *Members) Invite(ctx context.Context, a Actor, organisation uuid.UUID, form InvitationForm, reading Language) (*Invitation, error) {
	now := s.now()
	var out *Invitation
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		o, err := owned(ctx, tx, a, organisation)
		if err != nil {
			return err
		}
		if out, err = NewInvitation(uuid.Must(uuid.NewV7()), o.ID, a.AccountID, form, now); err != nil {
			return err
		}
		invited, err := stranger(ctx, tx, o.ID, out.Email)
		if err != nil {
			return err
		}
		if invited.Language != "" {
			reading = invited.Language
		}
		if err := maySend(ctx, tx, a, out.Email, now); err != nil {
			return err
		}
		if err := replaceInvitation(ctx, tx, out, now); err != nil {
			return err
		}
		if err := tx.SendLetter(ctx, invitationLetter(out, o, reading)); err != nil {
			return err
		}
		return record(ctx, tx, a, now, deedOnInvitation(DeedMemberInvited, out))
	})
	return out, err
}

// stranger returns the account with an address, an empty one if there is none, or Conflict if it is a member's.
func stranger(ctx context.Context, tx Tx, organisation uuid.UUID, email string) (*Account, error) {
	account, err := tx.AccountByEmail(ctx, email)
	if KindOf(err) == NotFound {
		return &Account{}, nil
	}
	if err != nil {
		return nil, err
	}
	has, err := roleIn(ctx, tx, organisation, account.ID)
	if err == nil && has != "" {
		err = Fail(Conflict, CodeAlreadyMember)
	}
	return account, err
}

// maySend returns Throttled, with the time to wait, once the actor has sent as many invitations as 24 hours have, or as
// many to one address. The operator may send any number.
func maySend(ctx context.Context, tx Tx, a Actor, email string, now time.Time) error {
	if a.Operator {
		return nil
	}
	if _, err := tx.AccountForUpdate(ctx, a.AccountID); err != nil { // so that those sent at the same moment count as well
		return err
	}
	const window = 24 * time.Hour
	sent, err := tx.SentInvitations(ctx, a.AccountID, now.Add(-window))
	if err != nil {
		return err
	}
	var toOne []Invitation
	for _, i := range sent {
		if i.Email == email {
			toOne = append(toOne, i)
		}
	}
	for _, bound := range []struct {
		sent []Invitation
		most int
		code Code
	}{{toOne, MaxInvitationsToOneADay, CodeTooManyToOne}, {sent, MaxInvitationsADay, CodeTooManyLetters}} {
		if over := len(bound.sent) - bound.most; over >= 0 {
			free := bound.sent[over].CreatedAt.Add(window)
			return later{&Error{Kind: Throttled, Reason: Reason{Code: bound.code, Args: []any{bound.most}}}, free.Sub(now)}
		}
	}
	return nil
}

// replaceInvitation keeps an invitation in the place of one that is open for the same address, or returns Conflict if too many
// are open.
func replaceInvitation(ctx context.Context, tx Tx, i *Invitation, now time.Time) error {
	if err := tx.EndInvitations(ctx, i.OrganisationID, i.Email, now); err != nil {
		return err
	}
	_, open, err := tx.OpenInvitations(ctx, InvitationList{Organisation: i.OrganisationID, Limit: 1}, now)
	if err != nil {
		return err
	}
	if open >= MaxInvitations {
		return Fail(Conflict, CodeTooManyInvitations, MaxInvitations)
	}
	return tx.CreateInvitation(ctx, *i)
}

func invitationLetter(i *Invitation, to *Organisation, reading Language) Letter {
	return Letter{
		ID: uuid.Must(uuid.NewV7()), Kind: LetterInvitation, To: i.Email, Language: reading,
		Facts: []string{to.Name.In(reading), roleWords[i.Role].exactly(reading)}, Code: i.ID, ValidTo: i.ExpiresAt, CreatedAt: i.CreatedAt,
	}
}

// Withdraw ends an invitation. It returns Unauthenticated for a visitor, NotFound for an organisation that the actor
// cannot see and for what is no open invitation of it, Forbidden unless they own it.
func (s *Members) Withdraw(ctx context.Context, a Actor, organisation, invitation uuid.UUID) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := owned(ctx, tx, a, organisation); err != nil {
			return err
		}
		i, err := tx.Invitation(ctx, invitation)
		if err != nil {
			return err
		}
		if i.OrganisationID != organisation || !i.Open(s.now()) {
			return Fail(NotFound, CodeNotFound)
		}
		i.EndedAt = s.now()
		if err := tx.SaveInvitation(ctx, *i); err != nil {
			return err
		}
		return record(ctx, tx, a, s.now(), deedOnInvitation(DeedInvitationWithdrawn, i))
	})
}

// Accept has the actor join the organisation that a code invites to; who is a member already keeps the higher role, and
// who has accepted already what they have. It returns Unauthenticated for a visitor, Invalid for a code that is wrong, spent,
// withdrawn or too old, Forbidden if another address than the actor's was invited.
func (s *Members) Accept(ctx context.Context, a Actor, code string) (*PersonMembership, error) {
	var out *PersonMembership
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		p, err := person(ctx, tx, a)
		if err != nil {
			return err
		}
		i, o, err := s.invitationOf(ctx, tx, code)
		if err != nil {
			return err
		}
		has, err := roleIn(ctx, tx, o.ID, p.Account.ID)
		if err != nil {
			return err
		}
		out = &PersonMembership{Organisation: *o, Role: higher(has, i.Role)}
		switch {
		case i.AcceptedBy == p.Account.ID && has != "":
			out.Role = has
			return nil
		case !i.Open(s.now()):
			return badInvitation()
		case i.Email != p.Account.Email:
			return Fail(Forbidden, CodeOtherAddress, hint(i.Email))
		}
		if !p.Account.Confirmed() { // whoever has read the letter has the address
			if err := tx.ConfirmAccount(ctx, p.Account.ID, s.now()); err != nil {
				return err
			}
		}
		return s.join(ctx, tx, a, i, out.Role)
	})
	return out, err
}

// invitationOf returns what a code invites to, and holds the organisation; Invalid if there is no such invitation.
func (s *Members) invitationOf(ctx context.Context, tx Tx, code string) (*Invitation, *Organisation, error) {
	id, ok := s.codes.ParseCode(LetterInvitation, code)
	if !ok {
		return nil, nil, badInvitation()
	}
	i, err := tx.Invitation(ctx, id)
	if err != nil {
		return nil, nil, orBadInvitation(err)
	}
	o, err := tx.OrganisationForUpdate(ctx, i.OrganisationID)
	if err != nil {
		return nil, nil, orBadInvitation(err)
	}
	i, err = tx.Invitation(ctx, id) // as it is now that nobody changes it
	return i, o, orBadInvitation(err)
}

// join keeps that somebody has accepted an invitation and what they are now.
func (s *Members) join(ctx context.Context, tx Tx, a Actor, i *Invitation, role MemberRole) error {
	i.EndedAt, i.AcceptedBy = s.now(), a.AccountID
	if err := tx.SaveInvitation(ctx, *i); err != nil {
		return err
	}
	if err := tx.SaveMembership(ctx, Membership{i.OrganisationID, a.AccountID, role}); err != nil {
		return err
	}
	return record(ctx, tx, a, s.now(), deedOnMember(DeedMemberJoined, i.OrganisationID, a.AccountID, string(role)))
}

// roleIn returns an account's role in an organisation, or "".
func roleIn(ctx context.Context, r Reader, organisation, account uuid.UUID) (MemberRole, error) {
	m, err := r.Member(ctx, organisation, account)
	switch {
	case err == nil:
		return m.Role, nil
	case KindOf(err) == NotFound:
		return "", nil
	default:
		return "", err
	}
}

// badInvitation is what every code that opens nothing is answered.
func badInvitation() error {
	var f Faults
	f.Add("/code", CodeBadInvitation)
	return f.Err()
}

// orBadInvitation turns NotFound into badInvitation.
func orBadInvitation(err error) error {
	if KindOf(err) == NotFound {
		return badInvitation()
	}
	return err
}

// deedOnInvitation is a deed on an invitation.
func deedOnInvitation(kind DeedKind, i *Invitation) Deed {
	return Deed{Kind: kind, SubjectKind: SubjectInvitation, Subject: i.ID, Organisation: i.OrganisationID, Note: string(i.Role)}
}
