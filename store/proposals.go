package store

import (
	"context"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kopir/domain"
)

type proposalRow struct {
	ID           uuid.UUID                 `gorm:"column:id;primaryKey"`
	Organisation uuid.UUID                 `gorm:"column:organisation_id"`
	Proposer     *uuid.UUID                `gorm:"column:account_id"`
	Competence   word                      `gorm:"column:competence_id"`
	Label        text                      `gorm:"embedded;embeddedPrefix:label_"`
	Kind         word                      `gorm:"column:kind"`
	Synonyms     synonyms                  `gorm:"column:synonyms"`
	Broader      list[domain.CompetenceID] `gorm:"column:broader"`
	Comment      word                      `gorm:"column:comment"`
	Created      stamp                     `gorm:"column:created_at"`
	Status       string                    `gorm:"column:status"`
	Reason       word                      `gorm:"column:reason"`
	Decided      stamp                     `gorm:"column:decided_at"`
}

// TableName returns the table.
func (proposalRow) TableName() string { return "catalogue_proposals" }

func rowOfProposal(p *domain.Proposal) proposalRow {
	return proposalRow{
		ID: p.ID, Organisation: p.Organisation, Proposer: orNull(p.Proposer), Competence: word(p.Competence), Label: text(p.Label),
		Kind: word(p.Kind), Synonyms: synonyms(p.Synonyms), Broader: p.Broader, Comment: word(p.Comment), Created: stamp(p.CreatedAt),
		Status: string(p.Status), Reason: word(p.Reason), Decided: stamp(p.DecidedAt),
	}
}

func (r proposalRow) noun() *domain.Proposal {
	return &domain.Proposal{
		ID: r.ID, Organisation: r.Organisation, Proposer: orNil(r.Proposer), Competence: domain.CompetenceID(r.Competence), Label: domain.Text(r.Label),
		Kind: domain.CompetenceKind(r.Kind), Synonyms: domain.Synonyms(r.Synonyms), Broader: r.Broader, Comment: string(r.Comment),
		CreatedAt: r.Created.time(), Status: domain.ProposalStatus(r.Status), Reason: string(r.Reason), DecidedAt: r.Decided.time(),
	}
}

// Proposal returns a proposal by its id, or NotFound.
func (r reader) Proposal(ctx context.Context, id uuid.UUID) (*domain.Proposal, error) {
	var rows []proposalRow
	if err := r.query(ctx, func(db *gorm.DB) error { return db.Where("id = ?", id).Find(&rows).Error }); err != nil {
		return nil, err
	}
	row, err := one(rows)
	if err != nil {
		return nil, err
	}
	return row.noun(), nil
}

// ListProposals returns a page of proposals, by id: one organisation's descending, everybody's ascending; and how many
// there are on all pages.
func (r reader) ListProposals(ctx context.Context, q domain.ProposalList) ([]*domain.Proposal, int, error) {
	order, further := "id", "id > ?"
	if q.Organisation != uuid.Nil {
		order, further = "id DESC", "id < ?"
	}
	narrow := func(db *gorm.DB) *gorm.DB {
		db = db.Model(&proposalRow{})
		if q.Organisation != uuid.Nil {
			db = db.Where("organisation_id = ?", q.Organisation)
		}
		if q.Status != "" {
			db = db.Where("status = ?", string(q.Status))
		}
		return db
	}
	var rows []proposalRow
	var total int64
	err := r.query(ctx, func(db *gorm.DB) error {
		if err := narrow(db).Count(&total).Error; err != nil {
			return err
		}
		page := narrow(db).Order(order).Limit(q.Limit)
		if q.After != uuid.Nil {
			page = page.Where(further, q.After)
		}
		return page.Find(&rows).Error
	})
	return nouns(rows, proposalRow.noun), int(total), err
}

// CountOpenProposals counts those of an organisation.
func (u *unit) CountOpenProposals(ctx context.Context, organisation uuid.UUID) (int, error) {
	var n int64
	err := u.in(ctx, func(db *gorm.DB) error {
		return db.Model(&proposalRow{}).Where("organisation_id = ? AND status = 'open'", organisation).Count(&n).Error
	})
	return int(n), err
}

// CreateProposal keeps a new proposal. It returns Conflict if its id is taken, NotFound if its organisation is not there.
func (u *unit) CreateProposal(ctx context.Context, p *domain.Proposal) error {
	row := rowOfProposal(p)
	return u.in(ctx, func(db *gorm.DB) error { return db.Create(&row).Error })
}

// DecideProposal keeps what became of an open proposal and which competence it is about, and says whether it did: false if
// it was decided before.
func (u *unit) DecideProposal(ctx context.Context, p *domain.Proposal) (bool, error) {
	var done *gorm.DB
	err := u.in(ctx, func(db *gorm.DB) error {
		done = db.Model(&proposalRow{}).Where("id = ? AND status = 'open'", p.ID).Select("competence_id", "status", "reason", "decided_at").
			Updates(rowOfProposal(p))
		return done.Error
	})
	return err == nil && done.RowsAffected == 1, err
}
