package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kopir/domain"
)

type importRow struct {
	ID             uuid.UUID  `gorm:"column:id;primaryKey"`
	OrganisationID uuid.UUID  `gorm:"column:organisation_id"`
	Account        *uuid.UUID `gorm:"column:account_id"`
	Key            *uuid.UUID `gorm:"column:key_id"`
	Side           string     `gorm:"column:side"`
	Format         string     `gorm:"column:format"`
	Publish        bool       `gorm:"column:publish"`
	Rehearsal      bool       `gorm:"column:rehearsal"`
	Status         string     `gorm:"column:status"`
	Stopped        word       `gorm:"column:stopped_because"`
	Created        stamp      `gorm:"column:created_at"`
	Finished       stamp      `gorm:"column:finished_at"`
}

// TableName returns the table.
func (importRow) TableName() string { return "imports" }

type lineRow struct {
	Import    uuid.UUID  `gorm:"column:import_id;primaryKey"`
	Number    int        `gorm:"column:number;primaryKey;autoIncrement:false"`
	Reference string     `gorm:"column:reference"`
	Cells     string     `gorm:"column:cells"`
	State     string     `gorm:"column:state"`
	Thing     *uuid.UUID `gorm:"column:thing"`
	Faults    string     `gorm:"column:faults"`
}

// TableName returns the table.
func (lineRow) TableName() string { return "import_rows" }

func rowOfImport(i *domain.Import) (importRow, error) {
	row := importRow{
		ID: i.ID, OrganisationID: i.Organisation, Account: orNull(i.Starter.AccountID), Key: orNull(i.Starter.Key), Side: string(i.Side),
		Format: i.Format, Publish: i.Publish, Rehearsal: i.Rehearsal, Status: string(i.Status), Created: stamp(i.CreatedAt), Finished: stamp(i.FinishedAt),
	}
	if i.StoppedBecause.Code == "" {
		return row, nil
	}
	why, err := document(i.StoppedBecause)
	if err == nil {
		row.Stopped = word(why.(string))
	}
	return row, err
}

func (r importRow) noun() (*domain.Import, error) {
	i := &domain.Import{
		ID: r.ID, Organisation: r.OrganisationID, Starter: domain.Actor{AccountID: orNil(r.Account), Key: orNil(r.Key)}, Side: domain.Side(r.Side),
		Format: r.Format, Publish: r.Publish, Rehearsal: r.Rehearsal, Status: domain.ImportStatus(r.Status),
		Counts: make(map[domain.RowState]int), CreatedAt: r.Created.time(), FinishedAt: r.Finished.time(),
	}
	if r.Stopped == "" {
		return i, nil
	}
	return i, undocument(string(r.Stopped), &i.StoppedBecause)
}

// referenceHash stands for a reference, which may be longer than an index takes.
func referenceHash(reference string) string {
	sum := sha256.Sum256([]byte(reference))
	return hex.EncodeToString(sum[:16])
}

func rowsOfLines(id uuid.UUID, rows []domain.ImportRow) ([]lineRow, error) {
	out := make([]lineRow, 0, len(rows))
	for _, r := range rows {
		cells, err := document(r.Cells)
		if err != nil {
			return nil, err
		}
		faults, err := document(r.Faults)
		if err != nil {
			return nil, err
		}
		out = append(out, lineRow{
			Import: id, Number: r.Number, Reference: referenceHash(r.Cells.Reference()), Cells: cells.(string), State: string(r.State),
			Thing: orNull(r.Thing), Faults: faults.(string),
		})
	}
	return out, nil
}

func (r lineRow) noun() (domain.ImportRow, error) {
	out := domain.ImportRow{Number: r.Number, State: domain.RowState(r.State), Thing: orNil(r.Thing)}
	if err := undocument(r.Cells, &out.Cells); err != nil {
		return out, err
	}
	return out, undocument(r.Faults, &out.Faults)
}

// Import returns an import with how many of its rows are in which state, or NotFound.
func (r reader) Import(ctx context.Context, id uuid.UUID) (*domain.Import, error) {
	var rows []importRow
	var counts []struct {
		State string `gorm:"column:state"`
		Rows  int    `gorm:"column:rows"`
	}
	err := r.snapshot(ctx, func(db *gorm.DB) error {
		if err := db.Where("id = ?", id).Find(&rows).Error; err != nil {
			return err
		}
		return db.Table("import_rows").Select("state, count(*) AS rows").Where("import_id = ?", id).Group("state").Find(&counts).Error
	})
	if err != nil {
		return nil, err
	}
	row, err := one(rows)
	if err != nil {
		return nil, err
	}
	i, err := row.noun()
	if err != nil {
		return nil, err
	}
	for _, c := range counts {
		i.Counts[domain.RowState(c.State)] = c.Rows
	}
	return i, nil
}

// ImportRow returns a row of an import, or NotFound.
func (r reader) ImportRow(ctx context.Context, id uuid.UUID, number int) (*domain.ImportRow, error) {
	var rows []lineRow
	err := r.query(ctx, func(db *gorm.DB) error { return db.Where("import_id = ? AND number = ?", id, number).Find(&rows).Error })
	if err != nil {
		return nil, err
	}
	row, err := one(rows)
	if err != nil {
		return nil, err
	}
	noun, err := row.noun()
	return &noun, err
}

// ImportRows returns a page of an import's rows, by number, and how many there are on all pages.
func (r reader) ImportRows(ctx context.Context, q domain.ImportRowList) ([]domain.ImportRow, int, error) {
	narrow := func(db *gorm.DB) *gorm.DB {
		db = db.Model(&lineRow{}).Where("import_id = ?", q.Import)
		if q.State != "" {
			db = db.Where("state = ?", string(q.State))
		}
		if q.Reference != "" {
			db = db.Where("reference = ?", referenceHash(q.Reference))
		}
		return db
	}
	var rows []lineRow
	var total int64
	err := r.query(ctx, func(db *gorm.DB) error {
		if err := narrow(db).Count(&total).Error; err != nil {
			return err
		}
		return narrow(db).Where("number > ?", q.After).Order("number").Limit(q.Limit).Find(&rows).Error
	})
	if err != nil {
		return nil, 0, err
	}
	out := make([]domain.ImportRow, 0, len(rows))
	for _, row := range rows {
		noun, err := row.noun()
		if err != nil {
			return nil, 0, err
		}
		out = append(out, noun)
	}
	return out, int(total), nil
}

// ImportsRunning says whether an organisation has an import that runs.
func (u *unit) ImportsRunning(ctx context.Context, organisation uuid.UUID) (bool, error) {
	var n int64
	err := u.in(ctx, func(db *gorm.DB) error {
		return db.Model(&importRow{}).Where("organisation_id = ? AND status = 'running'", organisation).Count(&n).Error
	})
	return n > 0, err
}

// TakeImport returns the import that runs for longest and that no other transaction holds, and holds it; NotFound if there
// is none.
func (u *unit) TakeImport(ctx context.Context) (*domain.Import, error) {
	return u.holdImport(ctx, func(db *gorm.DB) *gorm.DB {
		return db.Where("status = 'running'").Order("created_at, id").Limit(1).
			Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked})
	})
}

// ImportForUpdate returns an import and holds it, or NotFound. Its rows are not counted.
func (u *unit) ImportForUpdate(ctx context.Context, id uuid.UUID) (*domain.Import, error) {
	return u.holdImport(ctx, func(db *gorm.DB) *gorm.DB {
		return db.Where("id = ?", id).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	})
}

func (u *unit) holdImport(ctx context.Context, narrow func(*gorm.DB) *gorm.DB) (*domain.Import, error) {
	var rows []importRow
	if err := u.in(ctx, func(db *gorm.DB) error { return narrow(db).Find(&rows).Error }); err != nil {
		return nil, err
	}
	row, err := one(rows)
	if err != nil {
		return nil, err
	}
	return row.noun()
}

// CreateImport keeps an import with its rows. It returns NotFound if its organisation is not there.
func (u *unit) CreateImport(ctx context.Context, i *domain.Import, rows []domain.ImportRow) error {
	row, err := rowOfImport(i)
	if err != nil {
		return err
	}
	lines, err := rowsOfLines(i.ID, rows)
	if err != nil {
		return err
	}
	return u.in(ctx, func(db *gorm.DB) error {
		if err := db.Create(&row).Error; err != nil {
			return err
		}
		return insert(db, u.store.engine, lines, 7)
	})
}

// SaveImport keeps that an import has ended, and why.
func (u *unit) SaveImport(ctx context.Context, i *domain.Import) error {
	row, err := rowOfImport(i)
	if err != nil {
		return err
	}
	return u.in(ctx, func(db *gorm.DB) error {
		return db.Model(&row).Select("status", "stopped_because", "finished_at").Updates(&row).Error
	})
}

// SaveImportRows keeps the cells of rows and what became of them.
func (u *unit) SaveImportRows(ctx context.Context, id uuid.UUID, rows []domain.ImportRow) error {
	lines, err := rowsOfLines(id, rows)
	if err != nil {
		return err
	}
	return u.in(ctx, func(db *gorm.DB) error {
		return insert(db.Clauses(clause.OnConflict{UpdateAll: true}), u.store.engine, lines, 7)
	})
}

// ForgetImports drops imports that ended before a time with their rows, and says how many. What came of them stays.
func (s *Store) ForgetImports(ctx context.Context, before time.Time) (int, error) {
	return s.forget(ctx, &importRow{}, "finished_at < ?", before)
}
