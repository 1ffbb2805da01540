package domain

import (
	"context"

	"github.com/google/uuid"
)

// Propose keeps what an organisation misses in the catalogue, until an administrator decides. It returns Unauthenticated
// for a visitor, NotFound for an organisation that the actor cannot see, Forbidden unless they write for it, Conflict if it
// is not verified or has MaxOpenProposals that wait, Invalid with every fault of the form.
func (m *Market) Propose(ctx context.Context, a Actor, organisation uuid.UUID, form ProposalForm) (*Proposal, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	var out *Proposal
	err := m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		o, err := tx.OrganisationForUpdate(ctx, organisation) // whose proposals are counted
		if err != nil {
			return err
		}
		if err := concealed(ctx, tx, a, o.ID, o.Verification == Verified, mayWrite(ctx, tx, a, o.ID)); err != nil {
			return err
		}
		if err := isVerified(ctx, tx, o.ID); err != nil {
			return err
		}
		if out, err = NewProposal(m.newID(), o.ID, a.AccountID, form, m.catalogue(), m.now()); err != nil {
			return err
		}
		waiting, err := tx.CountOpenProposals(ctx, o.ID)
		if err != nil {
			return err
		}
		if waiting >= MaxOpenProposals {
			return Fail(Conflict, CodeTooManyProposals, waiting)
		}
		if err := tx.CreateProposal(ctx, out); err != nil {
			return err
		}
		return record(ctx, tx, a, m.now(), deedOnProposal(DeedProposalMade, out, ""))
	})
	return out, err
}

// OrganisationProposals lists what an organisation has proposed, newest first. Errors are those of mayReadAll.
func (m *Market) OrganisationProposals(ctx context.Context, a Actor, q ProposalList) ([]*Proposal, int, error) {
	if err := signedIn(a); err != nil {
		return nil, 0, err
	}
	if err := mayReadAll(ctx, m.store, a, q.Organisation); err != nil {
		return nil, 0, err
	}
	return m.store.ListProposals(ctx, q)
}

// Proposals lists what was proposed, oldest first. It returns Unauthenticated for a visitor, Forbidden to all but
// administrators.
func (m *Market) Proposals(ctx context.Context, a Actor, q ProposalList) ([]*Proposal, int, error) {
	if err := mayAdminister(ctx, m.store, a); err != nil {
		return nil, 0, err
	}
	return m.store.ListProposals(ctx, q)
}

// ApprovalForm says where a competence that was proposed comes into the catalogue.
type ApprovalForm struct{ Framework, Code, Reason string }

// ApproveProposal brings what was proposed into the catalogue, for a reason that the proposer is written. It returns
// Forbidden to all but administrators, NotFound without such a proposal, Conflict if it was decided, or if the catalogue
// has what it proposes, Invalid with every fault of the form.
func (m *Market) ApproveProposal(ctx context.Context, a Actor, id uuid.UUID, form ApprovalForm) (*Proposal, error) {
	var out *Proposal
	_, err := m.curate(ctx, a, func(ctx context.Context, tx Tx, content CatalogueContent, known *Catalogue) (decision, error) {
		p, err := tx.Proposal(ctx, id)
		if err != nil {
			return decision{}, err
		}
		var d decision
		if p.Names() {
			d, err = form.names(p, content, known)
		} else {
			d, err = form.competence(p, known)
		}
		if err != nil {
			return decision{}, err
		}
		out = p
		d.deed = deedOnProposal(DeedProposalApproved, p, p.Reason)
		return d, m.decide(ctx, tx, p, LetterProposalApproved, known)
	})
	return out, err
}

// names is the decision to take names in.
func (form ApprovalForm) names(p *Proposal, content CatalogueContent, known *Catalogue) (decision, error) {
	var f Faults
	p.Status, p.Reason = ProposalApproved, requiredText(&f, "/reason", form.Reason, MaxLinkReason, false)
	if err := f.Err(); err != nil {
		return decision{}, err
	}
	amendment, err := content.named(known, p.Competence, p.Synonyms)
	return decision{Curation: Curation{Amendments: []Amendment{amendment}}}, err
}

// competence is the decision to take a competence in.
func (form ApprovalForm) competence(p *Proposal, known *Catalogue) (decision, error) {
	broader := make([]string, 0, len(p.Broader))
	for _, id := range p.Broader {
		broader = append(broader, string(id))
	}
	k, reason, err := CompetenceForm{
		Framework: form.Framework, Code: form.Code, Kind: string(p.Kind), Label: p.Label, Synonyms: p.Synonyms, Broader: broader, Reason: form.Reason,
	}.parse(known)
	p.Competence, p.Status, p.Reason = k.ID, ProposalApproved, reason
	return decision{Curation: Curation{Competences: []Competence{k}}}, err
}

// RejectProposal leaves the catalogue as it is, for a reason that the proposer is written. Errors are those of
// ApproveProposal.
func (m *Market) RejectProposal(ctx context.Context, a Actor, id uuid.UUID, reason string) (*Proposal, error) {
	var out *Proposal
	err := m.administer(ctx, a, func(ctx context.Context, tx Tx) error {
		var err error
		if out, err = tx.Proposal(ctx, id); err != nil {
			return err
		}
		var f Faults
		out.Status, out.Reason = ProposalRejected, requiredText(&f, "/reason", reason, MaxLinkReason, false)
		if err := f.Err(); err != nil {
			return err
		}
		if err := m.decide(ctx, tx, out, LetterProposalRejected, m.catalogue()); err != nil {
			return err
		}
		return record(ctx, tx, a, m.now(), deedOnProposal(DeedProposalRejected, out, out.Reason))
	})
	return out, err
}

// decide keeps the decision on a proposal, and writes to whoever made it. It returns Conflict if it was decided before.
func (m *Market) decide(ctx context.Context, tx Tx, p *Proposal, letter LetterKind, known *Catalogue) error {
	p.DecidedAt = m.now()
	fresh, err := tx.DecideProposal(ctx, p)
	if err != nil {
		return err
	}
	if !fresh {
		return Fail(Conflict, CodeProposalDecided)
	}
	proposers, err := tx.Accounts(ctx, []uuid.UUID{p.Proposer})
	if err != nil {
		return err
	}
	label := p.Label
	if p.Names() {
		k, _ := known.Competence(p.Competence)
		label = k.Label
	}
	for _, proposer := range proposers {
		to := []Member{{AccountID: proposer.ID, Email: proposer.Email, Language: proposer.Language}}
		if err := writeTo(ctx, tx, to, letter, p.DecidedAt, func(l Language) []string { return []string{label.In(l), p.Reason} }); err != nil {
			return err
		}
	}
	return nil
}
