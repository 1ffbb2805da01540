package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kopir/domain"
)

// columns are the lists after SELECT of what is read together with its children, and of an organisation with a member's
// role or with another that claims its registration.
type columns struct{ demand, programme, framework, competence, membership, holder string }

// columnsOf lists a row's own columns by name and folds each kind of children into one more.
func columnsOf(db *gorm.DB, e *engine) (columns, error) {
	var c columns
	for _, l := range []struct {
		to       *string
		row      any
		children []string
	}{
		{&c.demand, &demandRow{}, []string{
			e.fold("requirements", "demand_requirements", "c.demand_id = demands.id", "competence_id", "level", "level_source", "importance")}},
		{&c.programme, &programmeRow{}, []string{
			e.fold("outcomes", "programme_outcomes", "c.programme_id = programmes.id", "competence_id", "level", "level_source"),
			e.fold("prerequisites", "programme_prerequisites", "c.programme_id = programmes.id", "competence_id", "level", "level_source"),
			e.fold("intakes", "programme_intakes", "c.programme_id = programmes.id", "starts_on", "ends_on", "apply_by", "seats", "region")}},
		{&c.framework, &frameworkRow{}, []string{
			e.fold("levels", "framework_levels", "c.framework_id = frameworks.id", "code", "name_kk", "name_ru", "name_en", "level")}},
		{&c.competence, &competenceRow{}, []string{
			e.fold("relations", "competence_relations", "c.from_id = competences.id", "kind", "to_id")}},
		{&c.membership, &organisationRow{}, []string{"m.role"}},
		{&c.holder, &organisationRow{}, []string{"c.id AS claim"}},
	} {
		statement := &gorm.Statement{DB: db}
		if err := statement.Parse(l.row); err != nil {
			return columns{}, fmt.Errorf("reading the shape of a row: %w", err)
		}
		own := make([]string, 0, len(statement.Schema.DBNames)+len(l.children))
		for _, name := range statement.Schema.DBNames {
			own = append(own, statement.Schema.Table+"."+name)
		}
		*l.to = strings.Join(append(own, l.children...), ", ")
	}
	return c, nil
}

// fold returns the column, under a name, that holds a row's children as a JSON array of arrays, by position.
func (e *engine) fold(name, table, belongs string, cells ...string) string {
	for i, cell := range cells {
		cells[i] = "c." + cell
	}
	return fmt.Sprintf("(SELECT %s(%s(%s) ORDER BY c.position) FROM %s c WHERE %s) AS %s",
		e.jsonGroup, e.jsonArray, strings.Join(cells, ", "), table, belongs, name)
}

// maxBatch is how many rows go into one statement at most.
const maxBatch = 500

// insert inserts rows of one kind in as few statements as the engine's bound on parameters allows; width is how many
// columns a row has at most.
func insert[R any](db *gorm.DB, e *engine, rows []R, width int) error {
	if len(rows) == 0 {
		return nil
	}
	return db.CreateInBatches(rows, min(maxBatch, e.parameters/width)).Error
}

// maxIDs is how many ids one statement asks for at most.
const maxIDs = 1_000

// byID reads what has one of the ids, each once, in statements of at most maxIDs.
func byID[R any](ids []uuid.UUID, find func(some []uuid.UUID) ([]R, error)) ([]R, error) {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	var all []R
	for some := range slices.Chunk(slices.Compact(ids), maxIDs) {
		rows, err := find(some)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// one returns the only row, or NotFound.
func one[R any](rows []R) (*R, error) {
	if len(rows) == 0 {
		return nil, notFound()
	}
	return &rows[0], nil
}

// update writes all of a row but its id, if its version follows the stored one; else it returns Stale.
func update(db *gorm.DB, row any, id uuid.UUID, version int) error {
	done := db.Where("id = ? AND version = ?", id, version-1).Select("*").Omit("id", "created_at").Updates(row)
	if done.Error == nil && done.RowsAffected == 0 {
		return stale()
	}
	return done.Error
}

// lock holds a row until the transaction ends; what is read after it is the row as it is then. On SQLite the
// transaction is alone anyway.
func (u *unit) lock(db *gorm.DB, table string, id uuid.UUID) error {
	if !u.store.engine.locks {
		return nil
	}
	var held []string
	return db.Raw("SELECT id::text FROM "+table+" WHERE id = ? FOR UPDATE", id).Scan(&held).Error
}

// after narrows a list, newest first, to what comes after one of its things. The thing may be gone by now: a version 7
// id still tells when it was made, to the millisecond, and rather shows something twice than not at all; for any other it returns Invalid with CodeBadCursor.
func after(db *gorm.DB, table string, id uuid.UUID) (*gorm.DB, error) {
	if id == uuid.Nil {
		return db, nil
	}
	var found []stampRow
	if err := db.Session(&gorm.Session{NewDB: true}).Table(table).Select("created_at").Where("id = ?", id).Find(&found).Error; err != nil {
		return nil, err
	}
	switch {
	case len(found) == 1:
		return db.Where("(created_at, id) < (?, ?)", found[0].Created, id), nil
	case id.Version() == 7:
		made := time.Unix(id.Time().UnixTime())
		return db.Where("(created_at, id) < (?, ?)", stamp(made.Add(time.Millisecond)), id), nil
	default:
		return nil, domain.Fail(domain.Invalid, domain.CodeBadCursor)
	}
}

type stampRow struct {
	Created stamp `gorm:"column:created_at"`
}

// source says where an imported thing came from; it is there if name is not NULL.
type source struct {
	Name      *string `gorm:"column:name"`
	Reference *string `gorm:"column:reference"`
	URL       *string `gorm:"column:url"`
}

func rowOfSource(s *domain.Source) source {
	if s == nil {
		return source{}
	}
	return source{&s.Name, &s.Reference, &s.URL}
}

func (s source) noun() *domain.Source {
	if s.Name == nil || s.Reference == nil {
		return nil
	}
	noun := &domain.Source{Name: *s.Name, Reference: *s.Reference}
	if s.URL != nil {
		noun.URL = *s.URL
	}
	return noun
}

// hiding is that somebody has hidden a thing; it is there if its time is not NULL.
type hiding struct {
	Reason word  `gorm:"column:reason"`
	At     stamp `gorm:"column:at"`
}

func rowOfHiding(h *domain.Hiding) hiding {
	if h == nil {
		return hiding{}
	}
	return hiding{word(h.Reason), stamp(h.At)}
}

func (h hiding) noun() *domain.Hiding {
	if h.At.time().IsZero() {
		return nil
	}
	return &domain.Hiding{Reason: string(h.Reason), At: h.At.time()}
}
