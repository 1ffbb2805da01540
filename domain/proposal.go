package domain

import (
	"time"

	"github.com/google/uuid"
)

// ProposalStatus says what became of a proposal.
type ProposalStatus string

// The states of a proposal.
const (
	ProposalOpen     ProposalStatus = "open"
	ProposalApproved ProposalStatus = "approved"
	ProposalRejected ProposalStatus = "rejected"
)

// Limits of proposing.
const (
	MaxProposalComment = 1_000
	MaxOpenProposals   = 50 // of one organisation
)

// Proposal is a competence that an organisation misses in the catalogue, or other names of one that is there.
type Proposal struct {
	ID           uuid.UUID
	Organisation uuid.UUID
	Proposer     uuid.UUID    // Nil when the account is gone
	Competence   CompetenceID // whose names are proposed, or what was added for it; "" before that
	Label        Text         // of the missing one; empty where names are proposed
	Kind         CompetenceKind
	Synonyms     Synonyms
	Broader      []CompetenceID
	Comment      string // "" if there is nothing to say
	CreatedAt    time.Time
	Status       ProposalStatus
	Reason       string    // of the decision; "" while it is open
	DecidedAt    time.Time // zero while it is open
}

// Names says whether the proposal is about names of a competence that is there.
func (p *Proposal) Names() bool { return p.Label.Empty() }

// ProposalForm is a proposal as somebody writes it down: with Competence it is about names of that one, else about a new
// one with Label and Kind.
type ProposalForm struct {
	Competence string
	Label      Text
	Kind       string
	Synonyms   Synonyms
	Broader    []string
	Comment    string
}

// NewProposal returns the proposal that a form describes; or every fault of the form.
func NewProposal(id, organisation, proposer uuid.UUID, form ProposalForm, c *Catalogue, now time.Time) (*Proposal, error) {
	var f Faults
	p := &Proposal{ID: id, Organisation: organisation, Proposer: proposer, CreatedAt: now, Status: ProposalOpen}
	p.Synonyms = parseSynonyms(&f, "/synonyms", form.Synonyms)
	if form.Competence != "" {
		optional(&f, "/competence_id", form.Competence, &p.Competence, c.inUse)
		if len(p.Synonyms.KK)+len(p.Synonyms.RU)+len(p.Synonyms.EN) == 0 {
			f.Add("/synonyms", CodeRequired)
		}
		if !form.Label.Empty() {
			f.Add("/label", CodeNothingProposed)
		}
	} else {
		p.Label = parseText(&f, "/label", form.Label, MaxName, false, true)
		var err error
		p.Kind, err = ParseCompetenceKind(form.Kind)
		f.Check("/kind", err)
		p.Broader = parseSet(&f, "/broader", form.Broader, MaxBroader, c.inUse)
	}
	if form.Comment != "" {
		p.Comment = requiredText(&f, "/comment", form.Comment, MaxProposalComment, true)
	}
	return p, f.Err()
}
