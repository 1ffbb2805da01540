package store

import (
	"context"
	"database/sql/driver"
	"strings"

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
	Imported    word   `gorm:"column:imported"`
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
	ID          string   `gorm:"column:id;primaryKey"`
	FrameworkID string   `gorm:"column:framework_id"`
	Code        word     `gorm:"column:code"`
	URI         word     `gorm:"column:uri"`
	Kind        word     `gorm:"column:kind"`
	Label       text     `gorm:"embedded;embeddedPrefix:label_"`
	Synonyms    synonyms `gorm:"column:synonyms"`
	Area        text     `gorm:"embedded;embeddedPrefix:area_"`
	ReplacedBy  word     `gorm:"column:replaced_by"`
	Deprecated  bool     `gorm:"column:deprecated"`
	Added       bool     `gorm:"column:added"`
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

// synonyms is the shape of the columns of that name.
type synonyms struct {
	KK []string `json:"kk,omitempty"`
	RU []string `json:"ru,omitempty"`
	EN []string `json:"en,omitempty"`
}

// Value writes a JSON object, also of nothing.
func (s synonyms) Value() (driver.Value, error) { return document(s) }

// Scan reads a JSON object.
func (s *synonyms) Scan(v any) error {
	*s = synonyms{}
	return undocument(v, s)
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
	for _, l := range strings.Fields(string(w.Row.Imported)) {
		f.Imported = append(f.Imported, domain.Language(l))
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

func (w wholeCompetence) noun() domain.Competence {
	k := domain.Competence{
		ID: domain.CompetenceID(w.Row.ID), Framework: domain.FrameworkID(w.Row.FrameworkID), Code: string(w.Row.Code), URI: string(w.Row.URI),
		Kind: domain.CompetenceKind(w.Row.Kind), Label: domain.Text(w.Row.Label), Synonyms: domain.Synonyms(w.Row.Synonyms),
		Area: domain.Text(w.Row.Area), ReplacedBy: domain.CompetenceID(w.Row.ReplacedBy), Deprecated: w.Row.Deprecated, Added: w.Row.Added,
	}
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
	return k
}

// Catalogue returns the catalogue in force, or NotFound before there is one.
func (r reader) Catalogue(ctx context.Context) (*domain.Catalogue, error) {
	edition, content, err := r.wholeCatalogue(ctx)
	if err != nil {
		return nil, err
	}
	return content.Catalogue(edition.String())
}

// CatalogueContent returns what the catalogue in force is made of, or NotFound before there is one.
func (r reader) CatalogueContent(ctx context.Context) (domain.CatalogueContent, error) {
	_, content, err := r.wholeCatalogue(ctx)
	return content, err
}

func (r reader) wholeCatalogue(ctx context.Context) (edition domain.CatalogueEdition, content domain.CatalogueContent, err error) {
	var frameworks []wholeFramework
	var rows []wholeCompetence
	var links []linkRow
	var amendments []amendmentRow
	err = r.snapshot(ctx, func(db *gorm.DB) (err error) {
		if edition, err = storedEdition(db, ""); err != nil {
			return err
		}
		columns := r.store.columns
		if err := db.Table("frameworks").Select(columns.framework).Find(&frameworks).Error; err != nil {
			return err
		}
		if err := db.Table("competences").Select(columns.competence).Find(&rows).Error; err != nil {
			return err
		}
		if err := db.Order("id").Find(&links).Error; err != nil {
			return err
		}
		return db.Order("competence_id").Find(&amendments).Error
	})
	return edition, domain.CatalogueContent{
		Frameworks: nouns(frameworks, wholeFramework.noun), Competences: nouns(rows, wholeCompetence.noun),
		Links: nouns(links, linkRow.noun), Amendments: nouns(amendments, amendmentRow.noun),
	}, err
}

// CatalogueEdition returns the edition of the catalogue in force, or NotFound before there is one.
func (r reader) CatalogueEdition(ctx context.Context) (edition domain.CatalogueEdition, err error) {
	err = r.query(ctx, func(db *gorm.DB) error {
		edition, err = storedEdition(db, "")
		return err
	})
	return edition, err
}

// CatalogueForUpdate holds the catalogue until the transaction ends, and returns its edition, or NotFound before there is
// one; others who hold it wait even then.
func (u *unit) CatalogueForUpdate(ctx context.Context) (edition domain.CatalogueEdition, err error) {
	held := ""
	if u.store.engine.locks {
		held = " FOR UPDATE"
	}
	err = u.in(ctx, func(db *gorm.DB) error {
		edition, err = storedEdition(db, held)
		return err
	})
	return edition, err
}

// storedEdition returns the edition of what the tables hold, NotFound for nothing.
func storedEdition(db *gorm.DB, held string) (domain.CatalogueEdition, error) {
	var row struct {
		Edition  string `gorm:"column:edition"`
		Number   int    `gorm:"column:number"`
		Revision int    `gorm:"column:revision"`
	}
	err := db.Raw("SELECT edition, number, revision FROM catalogue_edition" + held).Scan(&row).Error
	if err == nil && row.Edition == "" {
		err = notFound()
	}
	return domain.CatalogueEdition{Number: row.Number, Shipped: row.Edition, Revision: row.Revision}, err
}

// saveEdition says what the tables hold from now on.
func (u *unit) saveEdition(db *gorm.DB, e domain.CatalogueEdition) error {
	return db.Exec("UPDATE catalogue_edition SET edition = ?, number = ?, revision = ?, saved_at = ?",
		e.Shipped, e.Number, e.Revision, stamp(u.store.clock())).Error
}

// SaveCatalogue puts a catalogue in place of the stored one and logs that. What administrators decided is left as it is
// stored.
func (u *unit) SaveCatalogue(ctx context.Context, e domain.CatalogueEdition, c domain.CatalogueContent) error {
	return u.change(ctx, domain.ChangedCatalogue, uuid.Nil, func(db *gorm.DB) error {
		for _, rows := range []string{
			"competence_relations", "competences", "framework_levels", "frameworks", "catalogue_links WHERE NOT curated",
		} {
			if err := db.Exec("DELETE FROM " + rows).Error; err != nil {
				return err
			}
		}
		if err := u.insertFrameworks(db, c.Frameworks); err != nil {
			return err
		}
		if err := u.insertCompetences(db, c.Competences); err != nil {
			return err
		}
		if err := u.insertShipped(db, c.Links); err != nil {
			return err
		}
		return u.saveEdition(db, e)
	})
}

func (u *unit) insertFrameworks(db *gorm.DB, frameworks []domain.Framework) error {
	var rows []frameworkRow
	var levels []levelRow
	for _, f := range frameworks {
		rows = append(rows, frameworkRow{
			ID: string(f.ID), Version: f.Version, Name: text(f.Name), URL: word(f.URL), Attribution: text(f.Attribution),
			Imported: spoken(f.Imported),
		})
		for i, l := range f.Levels {
			levels = append(levels, levelRow{FrameworkID: string(f.ID), Position: i, Code: l.Code, Name: text(l.Name), Level: int(l.Level)})
		}
	}
	if err := insert(db, u.store.engine, rows, 10); err != nil {
		return err
	}
	return insert(db, u.store.engine, levels, 7)
}

// spoken writes languages into one column.
func spoken(list []domain.Language) word {
	tags := make([]string, 0, len(list))
	for _, l := range list {
		tags = append(tags, string(l))
	}
	return word(strings.Join(tags, " "))
}

func rowOfCompetence(k domain.Competence) (competenceRow, []relationRow) {
	var relations []relationRow
	for _, r := range []struct {
		kind string
		to   []domain.CompetenceID
	}{{broader, k.Broader}, {exact, k.Exact}, {closely, k.Close}} {
		for i, to := range r.to {
			relations = append(relations, relationRow{From: string(k.ID), Kind: r.kind, Position: i, To: string(to)})
		}
	}
	return competenceRow{
		ID: string(k.ID), FrameworkID: string(k.Framework), Code: word(k.Code), URI: word(k.URI), Kind: word(k.Kind),
		Label: text(k.Label), Synonyms: synonyms(k.Synonyms), Area: text(k.Area), ReplacedBy: word(k.ReplacedBy),
		Deprecated: k.Deprecated, Added: k.Added,
	}, relations
}

func (u *unit) insertCompetences(db *gorm.DB, competences []domain.Competence) error {
	rows := make([]competenceRow, 0, len(competences))
	var relations []relationRow
	for _, k := range competences {
		row, of := rowOfCompetence(k)
		rows, relations = append(rows, row), append(relations, of...)
	}
	if err := insert(db, u.store.engine, rows, 15); err != nil {
		return err
	}
	return insert(db, u.store.engine, relations, 4)
}
