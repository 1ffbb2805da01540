package domain

import (
	"context"

	"github.com/google/uuid"
)

// NotedDeed is a deed with the name of whose it is.
type NotedDeed struct {
	Deed
	Name string // "" for the operator's, and when the account is gone
}

// Audit lists who did what, newest first. It returns Unauthenticated for a visitor, Forbidden to all but administrators.
func (m *Market) Audit(ctx context.Context, a Actor, q DeedList) ([]NotedDeed, int, error) {
	if err := mayAdminister(ctx, m.store, a); err != nil {
		return nil, 0, err
	}
	return m.deeds(ctx, q)
}

// OrganisationAudit lists who did what to an organisation and what it has, newest first, to its owners and
// administrators. It returns Unauthenticated for a visitor and for an account that is gone, NotFound for an organisation that the actor cannot see,
// Forbidden to all others.
func (m *Market) OrganisationAudit(ctx context.Context, a Actor, q DeedList) ([]NotedDeed, int, error) {
	if err := signedIn(a); err != nil {
		return nil, 0, err
	}
	if _, err := m.Organisation(ctx, a, q.Organisation); err != nil {
		return nil, 0, err
	}
	if !a.Operator {
		p, err := person(ctx, m.store, a)
		if err != nil {
			return nil, 0, err
		}
		if !p.Account.Admin && p.RoleIn(q.Organisation) != Owner {
			return nil, 0, Fail(Forbidden, CodeNotYours)
		}
	}
	return m.deeds(ctx, q)
}

// deeds reads a page of the audit with the names of those who are still there.
func (m *Market) deeds(ctx context.Context, q DeedList) ([]NotedDeed, int, error) {
	list, total, err := m.store.ListDeeds(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	whose := make([]uuid.UUID, 0, len(list))
	for _, d := range list {
		whose = append(whose, d.Account)
	}
	accounts, err := m.store.Accounts(ctx, whose)
	if err != nil {
		return nil, 0, err
	}
	noted := make([]NotedDeed, 0, len(list))
	for _, d := range list {
		n := NotedDeed{Deed: *d}
		if account := accounts[d.Account]; account != nil {
			n.Name = account.Name
		}
		noted = append(noted, n)
	}
	return noted, total, nil
}
