package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"kopir/domain"
)

// budgetRow is what is left of a budget that replicas share.
type budgetRow struct {
	Who     []byte `gorm:"column:who;primaryKey"`
	FullAt  int64  `gorm:"column:full_at"`
	Granted int    `gorm:"column:granted"`
}

// TableName returns the table.
func (budgetRow) TableName() string { return "budgets" }

// LeaseBudget charges a budget with what was spent of it and with what it grants, at most what is asked for, in one
// statement. Of a budget that is overdrawn it grants nothing; no more than a minute's worth is ever owed.
func (s *Store) LeaseBudget(ctx context.Context, l domain.BudgetLease) (domain.BudgetGrant, error) {
	leave, err := s.engine.writeGate.enter(ctx)
	if err != nil {
		return domain.BudgetGrant{}, err
	}
	defer leave()
	each := time.Minute.Microseconds() / int64(l.PerMinute)
	ask := map[string]any{
		"who": l.Who[:], "now": l.Now.UnixMicro(), "each": each, "spent": min(l.Spent, 2*l.PerMinute), "ask": l.Ask, "minute": time.Minute.Microseconds(),
		"granted": min(l.Ask, l.PerMinute-min(l.Spent, l.PerMinute)),
	}
	var row budgetRow
	err = s.write.WithContext(ctx).Raw(s.engine.leaseBudget, ask).Scan(&row).Error
	return domain.BudgetGrant{Granted: row.Granted, FullAt: time.UnixMicro(row.FullAt).UTC()}, translate(ctx, err)
}

// leaseBudget is the statement of LeaseBudget, for a dialect's functions of the least and the most of two numbers. What is
// on the right of SET is what was there before.
func leaseBudget(least, most string) string {
	number := strings.NewReplacer("@now", "CAST(@now AS bigint)", "@each", "CAST(@each AS bigint)", "@spent", "CAST(@spent AS bigint)",
		"@ask", "CAST(@ask AS bigint)", "@granted", "CAST(@granted AS bigint)", "@minute", "CAST(@minute AS bigint)").Replace
	owed := most + `(b.full_at, @now) + @spent * @each`
	granted := least + `(@ask, ` + most + `(0, (@now + @minute - (` + owed + `)) / @each))`
	return number(`INSERT INTO budgets AS b (full_at, granted, who) VALUES (@now + (@spent + @granted) * @each, @granted, @who)
		ON CONFLICT (who) DO UPDATE SET granted = ` + granted + `,
			full_at = ` + least + `(` + owed + ` + ` + granted + ` * @each, @now + 2 * @minute)
		RETURNING who, full_at, granted`)
}

// ForgetBudgets drops budgets that were full again before a time, and says how many.
func (s *Store) ForgetBudgets(ctx context.Context, before time.Time) (int, error) {
	forgotten := 0
	err := s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		return s.current(ctx).in(ctx, func(db *gorm.DB) error {
			done := db.Where("full_at < ?", before.UnixMicro()).Delete(&budgetRow{})
			forgotten = int(done.RowsAffected)
			return done.Error
		})
	})
	return forgotten, err
}
