package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kopir/domain"
)

type reportRow struct {
	ID      uuid.UUID `gorm:"column:id;primaryKey"`
	Side    string    `gorm:"column:side"`
	Subject uuid.UUID `gorm:"column:subject"`
	Account uuid.UUID `gorm:"column:account_id"`
	Kind    string    `gorm:"column:kind"`
	Text    word      `gorm:"column:text"`
	Created stamp     `gorm:"column:created_at"`
	Outcome word      `gorm:"column:outcome"`
	Reason  word      `gorm:"column:reason"`
	Closed  stamp     `gorm:"column:closed_at"`
}

// TableName returns the table.
func (reportRow) TableName() string { return "reports" }

func rowOfReport(r *domain.Report) reportRow {
	return reportRow{
		ID: r.ID, Side: string(r.Subject.Side), Subject: r.Subject.ID, Account: r.Reporter, Kind: string(r.Kind), Text: word(r.Text),
		Created: stamp(r.CreatedAt), Outcome: word(r.Outcome), Reason: word(r.Reason), Closed: stamp(r.ClosedAt),
	}
}

func (r reportRow) noun() *domain.Report {
	return &domain.Report{
		ID: r.ID, Subject: domain.Subject{Side: domain.Side(r.Side), ID: r.Subject}, Reporter: r.Account,
		Kind: domain.ReportKind(r.Kind), Text: string(r.Text), CreatedAt: r.Created.time(),
		Closing: domain.Closing{Outcome: domain.ReportOutcome(r.Outcome), Reason: string(r.Reason), ClosedAt: r.Closed.time()},
	}
}

// Report returns a report by its id, or NotFound.
func (r reader) Report(ctx context.Context, id uuid.UUID) (*domain.Report, error) {
	var rows []reportRow
	err := r.query(ctx, func(db *gorm.DB) error { return db.Where("id = ?", id).Find(&rows).Error })
	if err != nil {
		return nil, err
	}
	row, err := one(rows)
	if err != nil {
		return nil, err
	}
	return row.noun(), nil
}

// ListReports returns a page of reports, by id: one account's descending, everybody's ascending; and how many there are
// on all pages.
func (r reader) ListReports(ctx context.Context, q domain.ReportList) ([]*domain.Report, int, error) {
	order, further := "id", "id > ?"
	if q.Reporter != uuid.Nil {
		order, further = "id DESC", "id < ?"
	}
	narrow := func(db *gorm.DB) *gorm.DB {
		db = db.Model(&reportRow{})
		if q.Reporter != uuid.Nil {
			db = db.Where("account_id = ?", q.Reporter)
		}
		switch q.Status {
		case domain.ReportOpen:
			db = db.Where("outcome IS NULL")
		case domain.ReportClosed:
			db = db.Where("outcome IS NOT NULL")
		}
		return db
	}
	var rows []reportRow
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
	if err != nil {
		return nil, 0, err
	}
	return nouns(rows, reportRow.noun), int(total), nil
}

// CountReports counts the reports on each of some things, closed ones included. What nobody reported is not in it.
func (r reader) CountReports(ctx context.Context, things []uuid.UUID) (map[uuid.UUID]int, error) {
	type count struct {
		Subject uuid.UUID `gorm:"column:subject"`
		Reports int       `gorm:"column:reports"`
	}
	rows, err := byID(things, func(some []uuid.UUID) (rows []count, err error) {
		err = r.query(ctx, func(db *gorm.DB) error {
			return db.Table("reports").Select("subject, count(*) AS reports").Where("subject IN ?", some).Group("subject").Find(&rows).Error
		})
		return rows, err
	})
	if err != nil {
		return nil, err
	}
	counts := make(map[uuid.UUID]int, len(rows))
	for _, row := range rows {
		counts[row.Subject] = row.Reports
	}
	return counts, nil
}

// ReportsSince counts the reports that an account has made since a time.
func (r reader) ReportsSince(ctx context.Context, reporter uuid.UUID, since time.Time) (int, error) {
	var n int64
	err := r.query(ctx, func(db *gorm.DB) error {
		return db.Model(&reportRow{}).Where("account_id = ? AND created_at > ?", reporter, stamp(since)).Count(&n).Error
	})
	return int(n), err
}

// CreateReport keeps a new report. It returns Conflict if its id is taken, or if its account has an open report on the
// same thing; NotFound if the account is not there.
func (u *unit) CreateReport(ctx context.Context, r *domain.Report) error {
	row := rowOfReport(r)
	return u.in(ctx, func(db *gorm.DB) error { return db.Create(&row).Error })
}

// CloseReports closes the open reports on a thing, or only one of them unless that is Nil, and returns them.
func (u *unit) CloseReports(ctx context.Context, on domain.Subject, only uuid.UUID, c domain.Closing) ([]*domain.Report, error) {
	var rows []reportRow
	err := u.in(ctx, func(db *gorm.DB) error {
		statement := "UPDATE reports SET outcome = ?, reason = ?, closed_at = ? WHERE subject = ? AND side = ? AND outcome IS NULL"
		args := []any{string(c.Outcome), word(c.Reason), stamp(c.ClosedAt), on.ID, string(on.Side)}
		if only != uuid.Nil {
			statement, args = statement+" AND id = ?", append(args, only)
		}
		return db.Raw(statement+" RETURNING *", args...).Scan(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	return nouns(rows, reportRow.noun), nil
}
