package domain_test

import (
	"context"
	"fmt"
	"testing"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// missing is a proposal of a competence that the catalogue lacks.
func missing() domain.ProposalForm {
	return domain.ProposalForm{
		Label: domain.Text{RU: "наладка роботов", KK: "роботтарды баптау"}, Kind: "skill", Synonyms: domain.Synonyms{RU: []string{"робототехник"}},
		Broader: []string{"house:programming"}, Comment: "Every second order.",
	}
}

// proposes proposes something for the employer.
func (w *world) proposes(t testing.TB, form domain.ProposalForm) *domain.Proposal {
	t.Helper()
	p, err := w.market.Propose(t.Context(), w.people["editor"], w.employer.ID, form)
	require.NoError(t, err)
	return p
}

func TestWhoMayProposeAndDecide(t *testing.T) {
	w := newWorld(t)
	propose := func(ctx context.Context, a domain.Actor, id uuid.UUID) error {
		_, err := w.market.Propose(ctx, a, id, missing())
		return err
	}
	list := func(ctx context.Context, a domain.Actor, id uuid.UUID) error {
		_, _, err := w.market.OrganisationProposals(ctx, a, domain.ProposalList{Organisation: id, Limit: 10})
		return err
	}
	t.Run("propose", func(t *testing.T) {
		writers := all(domain.Forbidden, row{"visitor": domain.Unauthenticated, "gone": domain.Unauthenticated, "editor": done, "owner": done, "operator": done})
		hold(t, w, writers, func() uuid.UUID { return w.employer.ID }, propose)
	})
	t.Run("propose for one that is not verified", func(t *testing.T) {
		want := all(domain.NotFound, row{"visitor": domain.Unauthenticated, "viewer": domain.Forbidden, "admin": domain.Forbidden,
			"editor": domain.Conflict, "owner": domain.Conflict, "operator": domain.Conflict})
		hold(t, w, want, func() uuid.UUID { return w.pending.ID }, propose)
	})
	t.Run("list", func(t *testing.T) {
		readers := all(domain.Forbidden, row{"visitor": domain.Unauthenticated, "viewer": done, "editor": done, "owner": done, "admin": done, "operator": done})
		hold(t, w, readers, func() uuid.UUID { return w.employer.ID }, list)
	})
	t.Run("list of one that is not verified", func(t *testing.T) {
		hidden := all(domain.NotFound, row{"visitor": domain.Unauthenticated, "viewer": done, "editor": done, "owner": done, "admin": done, "operator": done})
		hold(t, w, hidden, func() uuid.UUID { return w.pending.ID }, list)
	})
	open := func() uuid.UUID { return w.proposes(t, missing()).ID }
	t.Run("approve", func(t *testing.T) {
		n := 0
		hold(t, w, administer, open, func(ctx context.Context, a domain.Actor, id uuid.UUID) error {
			n++
			_, err := w.market.ApproveProposal(ctx, a, id, domain.ApprovalForm{Framework: "house", Code: fmt.Sprint("new-", n), Reason: "x"})
			return err
		})
	})
	t.Run("reject", func(t *testing.T) {
		hold(t, w, administer, open, func(ctx context.Context, a domain.Actor, id uuid.UUID) error {
			_, err := w.market.RejectProposal(ctx, a, id, "x")
			return err
		})
	})
}

func TestAnApprovedCompetenceIsInTheCatalogueAndItsProposerIsWritten(t *testing.T) {
	w := newWorld(t)
	p := w.proposes(t, missing())
	require.Equal(t, domain.ProposalOpen, p.Status)
	log := w.changes(t)
	_, err := w.market.ApproveProposal(t.Context(), w.admin(), p.ID, domain.ApprovalForm{Framework: "house", Code: "go", Reason: "wanted"})
	failsAs(t, err, domain.Conflict, domain.CodeExists)
	_, err = w.market.ApproveProposal(t.Context(), w.admin(), p.ID, domain.ApprovalForm{Framework: "house"})
	require.Equal(t, map[string]domain.Code{"/code": domain.CodeMalformed, "/reason": domain.CodeRequired}, placesOf(err))
	require.Empty(t, w.letters(t))
	require.Equal(t, log, w.changes(t))

	decided, err := w.market.ApproveProposal(t.Context(), w.admin(), p.ID, domain.ApprovalForm{Framework: "house", Code: "robots", Reason: "wanted"})
	require.NoError(t, err)
	require.Equal(t, domain.CompetenceID("house:robots"), decided.Competence)
	stored, err := w.store.Proposal(t.Context(), p.ID)
	require.NoError(t, err)
	require.Equal(t, decided, stored)
	k := w.competence(t, "house:robots")
	require.Equal(t, p.Label, k.Label)
	require.Equal(t, p.Broader, k.Broader)
	require.Equal(t, []string{"робототехник"}, k.Synonyms.RU)
	require.Greater(t, w.changes(t), log, "followers are told")
	letter := w.letter(t, domain.LetterProposalApproved)
	require.Equal(t, "editor@example.kz", letter.To)
	require.Equal(t, []string{"наладка роботов", "wanted"}, letter.Facts)
	_, err = w.market.ApproveProposal(t.Context(), w.admin(), p.ID, domain.ApprovalForm{Framework: "house", Code: "robots-2", Reason: "wanted"})
	failsAs(t, err, domain.Conflict, domain.CodeProposalDecided)
	_, err = w.market.RejectProposal(t.Context(), w.admin(), p.ID, "no")
	failsAs(t, err, domain.Conflict, domain.CodeProposalDecided)
	_, there := w.follows(t).Competence("house:robots-2")
	require.False(t, there, "what is refused leaves no trace")
}

func TestApprovedNamesFindTheirCompetence(t *testing.T) {
	w := newWorld(t)
	p := w.proposes(t, domain.ProposalForm{Competence: "house:golang", Synonyms: domain.Synonyms{RU: []string{"гоу"}, KK: []string{"го"}}})
	require.Equal(t, domain.CompetenceID("house:go"), p.Competence, "what was replaced is what replaced it")
	_, err := w.market.ApproveProposal(t.Context(), w.admin(), p.ID, domain.ApprovalForm{Reason: "said so everywhere"})
	require.NoError(t, err)
	require.Equal(t, domain.Synonyms{RU: []string{"гоу"}, KK: []string{"го"}}, w.competence(t, "house:go").Synonyms)
	require.Equal(t, []string{"Go (ru)", "said so everywhere"}, w.letter(t, domain.LetterProposalApproved).Facts)
}

func TestARejectedProposalChangesNothing(t *testing.T) {
	w := newWorld(t)
	p := w.proposes(t, missing())
	before := w.content(t)
	_, err := w.market.RejectProposal(t.Context(), w.admin(), p.ID, "")
	require.Equal(t, map[string]domain.Code{"/reason": domain.CodeRequired}, placesOf(err))
	_, err = w.market.RejectProposal(t.Context(), w.admin(), p.ID, "there is one")
	require.NoError(t, err)
	require.Equal(t, before, w.content(t))
	require.Equal(t, []string{"наладка роботов", "there is one"}, w.letter(t, domain.LetterProposalRejected).Facts)
	failsAs(t, err2(w.market.RejectProposal(t.Context(), w.admin(), uuid.New(), "x")), domain.NotFound, domain.CodeNotFound)
}

func err2[T any](_ T, err error) error { return err }

func TestWhatIsWrongWithAProposal(t *testing.T) {
	w := newWorld(t)
	propose := func(form domain.ProposalForm) map[string]domain.Code {
		return placesOf(err2(w.market.Propose(t.Context(), w.owner(), w.employer.ID, form)))
	}
	require.Equal(t, map[string]domain.Code{"/label": domain.CodeRequired, "/kind": domain.CodeUnknownValue}, propose(domain.ProposalForm{}))
	require.Equal(t, map[string]domain.Code{"/synonyms": domain.CodeRequired, "/label": domain.CodeNothingProposed, "/competence_id": domain.CodeUnknownCompetence},
		propose(domain.ProposalForm{Competence: "house:nothing", Label: domain.Text{RU: "x"}}))
	form := missing()
	form.Synonyms.RU, form.Comment = []string{"a", " "}, " "
	require.Equal(t, map[string]domain.Code{"/synonyms/ru/1": domain.CodeRequired, "/comment": domain.CodeRequired}, propose(form))
}

func TestAnOrganisationHasFiftyOpenProposalsAtMost(t *testing.T) {
	w := newWorld(t)
	var last *domain.Proposal
	for range domain.MaxOpenProposals {
		last = w.proposes(t, missing())
	}
	_, err := w.market.Propose(t.Context(), w.owner(), w.employer.ID, missing())
	failsAs(t, err, domain.Conflict, domain.CodeTooManyProposals)
	_, err = w.market.RejectProposal(t.Context(), w.admin(), last.ID, "x")
	require.NoError(t, err)
	w.proposes(t, missing())
}
