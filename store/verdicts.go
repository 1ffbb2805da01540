package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kopir/domain"
)

// verdictRow is how often an organisation has said that words name a competence, and that they do not.
type verdictRow struct {
	Organisation uuid.UUID `gorm:"column:organisation_id;primaryKey"`
	Words        string    `gorm:"column:words;primaryKey"`
	Competence   string    `gorm:"column:competence_id;primaryKey"`
	Confirmed    int       `gorm:"column:confirmed"`
	Rejected     int       `gorm:"column:rejected"`
	Said         stamp     `gorm:"column:said_at"`
}

// TableName returns the table.
func (verdictRow) TableName() string { return "mention_verdicts" }

// Reputes returns what verified organisations say of what some words may name, words as their keys. Each has one voice,
// which is divided where it has said both. What nobody has spoken of is not in it.
func (r reader) Reputes(ctx context.Context, keys []string) (map[domain.Naming]domain.Repute, error) {
	type reputeRow struct {
		Words         string  `gorm:"column:words"`
		Competence    string  `gorm:"column:competence_id"`
		Organisations int     `gorm:"column:organisations"`
		Confirming    float64 `gorm:"column:confirming"`
	}
	out := make(map[domain.Naming]domain.Repute)
	keys = slices.Clone(keys)
	slices.Sort(keys)
	for some := range slices.Chunk(slices.Compact(keys), maxIDs) {
		var rows []reputeRow
		err := r.query(ctx, func(db *gorm.DB) error {
			return db.Table("mention_verdicts v").
				Select("v.words, v.competence_id, count(*) AS organisations, sum(v.confirmed * 1.0 / (v.confirmed + v.rejected)) AS confirming").
				Joins("JOIN organisations o ON o.id = v.organisation_id AND o.verification = ?", string(domain.Verified)).
				Where("v.words IN ?", some).Group("v.words, v.competence_id").Find(&rows).Error
		})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out[domain.Naming{Key: row.Words, Competence: domain.CompetenceID(row.Competence)}] =
				domain.Repute{Organisations: row.Organisations, Confirming: row.Confirming}
		}
	}
	return out, nil
}

// SaveVerdicts adds to what an organisation has said of mentions, in one order, so that two who say the same do not wait for
// each other. It returns NotFound if the organisation is not there.
func (u *unit) SaveVerdicts(ctx context.Context, organisation uuid.UUID, verdicts []domain.Verdict, at time.Time) error {
	rows := make([]verdictRow, len(verdicts))
	for i, v := range verdicts {
		rows[i] = verdictRow{Organisation: organisation, Words: v.Key, Competence: string(v.Competence), Said: stamp(at)}
		if v.Confirmed {
			rows[i].Confirmed = 1
		} else {
			rows[i].Rejected = 1
		}
	}
	slices.SortFunc(rows, func(a, b verdictRow) int {
		return cmp.Or(cmp.Compare(a.Words, b.Words), cmp.Compare(a.Competence, b.Competence))
	})
	return u.in(ctx, func(db *gorm.DB) error {
		return insert(db.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "organisation_id"}, {Name: "words"}, {Name: "competence_id"}},
			DoUpdates: clause.Assignments(map[string]any{
				"confirmed": gorm.Expr("mention_verdicts.confirmed + excluded.confirmed"),
				"rejected":  gorm.Expr("mention_verdicts.rejected + excluded.rejected"),
				"said_at":   gorm.Expr("excluded.said_at"),
			}),
		}), u.store.engine, rows, 6)
	})
}
