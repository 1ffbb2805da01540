package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kopir/domain"
)

type frameworkRow struct {
	ID          string `gorm:"column:id;primaryKey"`
	Version     string `gorm:"column:version"`
	Name        text   `gorm:"embedded;embeddedPrefix:name_"`
	URL         word   `gorm:"column:url"`
	Attribution text   `gorm:"embedded;embeddedPrefix:attribution_"`
}

// TableName returns the table.
func (frameworkRow) TableName() string { return "frameworks" }

type levelRow struct {
	FrameworkID string `gorm:"column:framework_id"`
	Position    int    `gorm:"column:position"`
	Code        string `gorm:"column:code"`
	Name        text   `gorm:"embedded;embeddedPrefix:name_"`
	Level       int    `gorm:"column:level"`
}

// TableName returns the table.
func (levelRow) TableName() string { return "framework_levels" }

type competenceRow struct {
	ID          string `gorm:"column:id;primaryKey"`
	FrameworkID string `gorm:"column:framework_id"`
	Code        word   `gorm:"column:code"`
	URI         word   `gorm:"column:uri"`
	Kind        word   `gorm:"column:kind"`
	Label       text   `gorm:"embedded;embeddedPrefix:label_"`
	Synonyms    string `gorm:"column:synonyms"`
	Area        text   `gorm:"embedded;embeddedPrefix:area_"`
	ReplacedBy  word   `gorm:"column:replaced_by"`
}

// TableName returns the table.
func (competenceRow) TableName() string { return "competences" }

type relationRow struct {
	From     string `gorm:"column:from_id"`
	Kind     string `gorm:"column:kind"`
	Position int    `gorm:"column:position"`
	To       string `gorm:"column:to_id"`
}

// TableName returns the table.
func (relationRow) TableName() string { return "competence_relations" }

// The kinds of competence_relations.
const (
	broader = "broader"
	exact   = "exact"
	closely = "close"
)

// synonyms is the shape of the column of that name.
type synonyms struct {
	KK []string `json:"kk,omitempty"`
	RU []string `json:"ru,omitempty"`
	EN []string `json:"en,omitempty"`
}

type wholeFramework struct {
	Row    frameworkRow       `gorm:"embedded"`
	Levels folded[levelCells] `gorm:"column:levels;type:text"`
}

type levelCells domain.FrameworkLevel

// UnmarshalJSON reads the cells in the order in which they were folded.
func (c *levelCells) UnmarshalJSON(b []byte) error {
	return unfold(b, &c.Code, &c.Name.KK, &c.Name.RU, &c.Name.EN, &c.Level)
}

func (w wholeFramework) noun() domain.Framework {
	f := domain.Framework{
		ID: domain.FrameworkID(w.Row.ID), Version: w.Row.Version, Name: domain.Text(w.Row.Name), URL: string(w.Row.URL),
		Attribution: domain.Text(w.Row.Attribution),
	}
	for _, l := range w.Levels {
		f.Levels = append(f.Levels, domain.FrameworkLevel(l))
	}
	return f
}

type wholeCompetence struct {
	Row       competenceRow         `gorm:"embedded"`
	Relations folded[relationCells] `gorm:"column:relations;type:text"`
}

type relationCells struct {
	kind string
	to   domain.CompetenceID
}

// UnmarshalJSON reads the cells in the order in which they were folded.
func (c *relationCells) UnmarshalJSON(b []byte) error { return unfold(b, &c.kind, &c.to) }

func (w wholeCompetence) noun() (domain.Competence, error) {
	k := domain.Competence{
		ID: domain.CompetenceID(w.Row.ID), Framework: domain.FrameworkID(w.Row.FrameworkID), Code: string(w.Row.Code), URI: string(w.Row.URI),
		Kind: domain.CompetenceKind(w.Row.Kind), Label: domain.Text(w.Row.Label), Area: domain.Text(w.Row.Area),
		ReplacedBy: domain.CompetenceID(w.Row.ReplacedBy),
	}
	var s synonyms
	if err := json.Unmarshal([]byte(w.Row.Synonyms), &s); err != nil {
		return k, fmt.Errorf("store: synonyms of %s: %w", w.Row.ID, err)
	}
	k.Synonyms = domain.Synonyms(s)
	for _, r := range w.Relations {
		switch r.kind {
		case broader:
			k.Broader = append(k.Broader, r.to)
		case exact:
			k.Exact = append(k.Exact, r.to)
		case closely:
			k.Close = append(k.Close, r.to)
		}
	}
	return k, nil
}

// Catalogue returns the catalogue that was saved last, or NotFound.
func (r reader) Catalogue(ctx context.Context) (*domain.Catalogue, error) {
	var edition string
	var frameworks []wholeFramework
	var rows []wholeCompetence
	err := r.snapshot(ctx, func(db *gorm.DB) (err error) {
		if edition, err = storedEdition(db); err != nil || edition == "" {
			return err
		}
		columns := r.store.columns
		if err := db.Table("frameworks").Select(columns.framework).Find(&frameworks).Error; err != nil {
			return err
		}
		return db.Table("competences").Select(columns.competence).Find(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	if edition == "" {
		return nil, notFound()
	}
	competences := make([]domain.Competence, 0, len(rows))
	for _, row := range rows {
		k, err := row.noun()
		if err != nil {
			return nil, err
		}
		competences = append(competences, k)
	}
	return domain.NewCatalogue(edition, nouns(frameworks, wholeFramework.noun), competences)
}

// CatalogueEdition returns the edition of the catalogue that was saved last, or NotFound.
func (r reader) CatalogueEdition(ctx context.Context) (edition string, err error) {
	err = r.query(ctx, func(db *gorm.DB) error {
		edition, err = storedEdition(db)
		return err
	})
	if err == nil && edition == "" {
		err = notFound()
	}
	return edition, err
}

// storedEdition returns the edition of what the tables hold, "" for nothing.
func storedEdition(db *gorm.DB) (edition string, err error) {
	err = db.Raw("SELECT edition FROM catalogue_edition").Scan(&edition).Error
	return edition, err
}

// SaveCatalogue puts a catalogue in place of the stored one and logs it. If the stored one is of the same edition it is
// equal: nothing is written, and nothing logged.
func (u *unit) SaveCatalogue(ctx context.Context, c *domain.Catalogue) error {
	switch stored, err := u.CatalogueEdition(ctx); {
	case err == nil && stored == c.Edition():
		return nil
	case err != nil && domain.KindOf(err) != domain.NotFound:
		return err
	}
	return u.change(ctx, domain.ChangedCatalogue, uuid.Nil, func(db *gorm.DB) error {
		for _, table := range []string{"competence_relations", "competences", "framework_levels", "frameworks", "catalogue_edition"} {
			if err := db.Exec("DELETE FROM " + table).Error; err != nil {
				return err
			}
		}
		if err := u.insertFrameworks(db, c.Frameworks()); err != nil {
			return err
		}
		if err := u.insertCompetences(db, c.Competences()); err != nil {
			return err
		}
		return db.Exec("INSERT INTO catalogue_edition (edition, saved_at) VALUES (?, ?)", c.Edition(), stamp(u.store.clock())).Error
	})
}

func (u *unit) insertFrameworks(db *gorm.DB, frameworks []domain.Framework) error {
	var rows []frameworkRow
	var levels []levelRow
	for _, f := range frameworks {
		rows = append(rows, frameworkRow{
			ID: string(f.ID), Version: f.Version, Name: text(f.Name), URL: word(f.URL), Attribution: text(f.Attribution),
		})
		for i, l := range f.Levels {
			levels = append(levels, levelRow{FrameworkID: string(f.ID), Position: i, Code: l.Code, Name: text(l.Name), Level: int(l.Level)})
		}
	}
	if err := insert(db, u.store.engine, rows, 9); err != nil {
		return err
	}
	return insert(db, u.store.engine, levels, 7)
}

func (u *unit) insertCompetences(db *gorm.DB, competences []domain.Competence) error {
	rows := make([]competenceRow, 0, len(competences))
	var relations []relationRow
	for _, k := range competences {
		other, err := json.Marshal(synonyms(k.Synonyms))
		if err != nil {
			return err
		}
		rows = append(rows, competenceRow{
			ID: string(k.ID), FrameworkID: string(k.Framework), Code: word(k.Code), URI: word(k.URI), Kind: word(k.Kind),
			Label: text(k.Label), Synonyms: string(other), Area: text(k.Area), ReplacedBy: word(k.ReplacedBy),
		})
		for _, r := range []struct {
			kind string
			to   []domain.CompetenceID
		}{{broader, k.Broader}, {exact, k.Exact}, {closely, k.Close}} {
			for i, to := range r.to {
				relations = append(relations, relationRow{From: string(k.ID), Kind: r.kind, Position: i, To: string(to)})
			}
		}
	}
	if err := insert(db, u.store.engine, rows, 13); err != nil {
		return err
	}
	return insert(db, u.store.engine, relations, 4)
}
