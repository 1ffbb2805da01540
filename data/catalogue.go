package data

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"kopir/domain"
)

//go:embed catalogue/*.tsv
var catalogueFiles embed.FS

// Number is that of the catalogue that ships: one more whenever its edition is another one, since a program installs its
// own only over a lower one.
const Number = 3

// Shipped returns what ships, as it is brought along. Its edition is a digest of the files: the same files, the same
// edition.
func Shipped() (domain.Shipped, error) {
	s := domain.Shipped{Number: Number}
	s.Content.Frameworks = frameworks()
	for _, read := range []func() ([]domain.Competence, error){escoCompetences, digcompCompetences, ecfCompetences, kopirCompetences} {
		list, err := read()
		if err != nil {
			return s, err
		}
		s.Content.Competences = append(s.Content.Competences, list...)
	}
	err := addNames(s.Content.Competences)
	if err != nil {
		return s, err
	}
	if s.Content.Links, err = links(); err != nil {
		return s, err
	}
	s.Edition, err = edition()
	return s, err
}

// Catalogue returns the catalogue that ships.
func Catalogue() (*domain.Catalogue, error) {
	s, err := Shipped()
	if err != nil {
		return nil, err
	}
	return s.Catalogue()
}

// links returns how competences of different frameworks stand to each other.
func links() ([]domain.Link, error) {
	rows, err := table("catalogue/relations.tsv", 4)
	if err != nil {
		return nil, err
	}
	out := make([]domain.Link, 0, len(rows))
	for _, r := range rows {
		out = append(out, domain.Link{From: domain.CompetenceID(r[0]), Relation: domain.Relation(r[1]), To: domain.CompetenceID(r[2]), Reason: r[3]})
	}
	return out, nil
}

// Occupations returns the ICT occupations that ship.
func Occupations() ([]domain.NamedOccupation, error) {
	rows, err := table("catalogue/occupations_ict.tsv", 7)
	if err != nil {
		return nil, err
	}
	out := make([]domain.NamedOccupation, 0, len(rows))
	for _, r := range rows {
		isco, err := domain.ParseOccupation(r[1])
		if err != nil {
			return nil, fmt.Errorf("occupation %s: %w", r[0], err)
		}
		out = append(out, domain.NamedOccupation{
			URI: r[0], Code: isco, Label: domain.Text{EN: r[2], RU: r[3], KK: r[4]}, Synonyms: domain.Synonyms{RU: list(r[5]), KK: list(r[6])},
		})
	}
	return out, nil
}

func escoCompetences() ([]domain.Competence, error) {
	rows, err := table("catalogue/esco_digital.tsv", 10)
	if err != nil {
		return nil, err
	}
	out := make([]domain.Competence, 0, len(rows))
	for _, r := range rows {
		c := domain.Competence{
			ID: domain.CompetenceID(r[0]), Framework: "esco", Code: strings.TrimPrefix(r[0], "esco:"), URI: r[1],
			Kind:  domain.CompetenceKind(r[2]),
			Label: domain.Text{EN: r[3], RU: r[4], KK: r[5]},
			Synonyms: domain.Synonyms{
				EN: list(r[6]), RU: list(r[7]), KK: list(r[8]),
			},
		}
		for _, b := range list(r[9]) {
			c.Broader = append(c.Broader, domain.CompetenceID(b))
		}
		out = append(out, c)
	}
	return out, nil
}

// digcompCompetences reads "digcomp.competence.1.1.label" and the headings "digcomp.area.1.label".
func digcompCompetences() ([]domain.Competence, error) {
	rows, err := table("catalogue/digcomp_3.0.tsv", 4)
	if err != nil {
		return nil, err
	}
	areas := make(map[string]domain.Text)
	var out []domain.Competence
	for _, r := range rows {
		text := domain.Text{EN: r[1], RU: r[2], KK: r[3]}
		if code, ok := cut(r[0], "digcomp.area.", ".label"); ok {
			areas[code] = text
		}
		if code, ok := cut(r[0], "digcomp.competence.", ".label"); ok {
			area, _, _ := strings.Cut(code, ".")
			out = append(out, domain.Competence{
				ID: domain.CompetenceID("digcomp:" + code), Framework: "digcomp", Code: code, Kind: domain.Skill,
				URI: "https://kopir.kz/competences/digcomp:" + code, Label: text, Area: areas[area],
			})
		}
	}
	return out, nil
}

// ecfAreas are the headings above e-CF's competences, by the letter of their codes.
var ecfAreas = map[string]string{"A": "PLAN", "B": "BUILD", "C": "RUN", "D": "ENABLE", "E": "MANAGE"}

func ecfCompetences() ([]domain.Competence, error) {
	rows, err := table("catalogue/ecf_4.0.tsv", 4)
	if err != nil {
		return nil, err
	}
	text := make(map[string]domain.Text, len(rows))
	var out []domain.Competence
	for _, r := range rows {
		text[r[0]] = domain.Text{EN: r[1], RU: r[2], KK: r[3]}
		letter, _, isCompetence := strings.Cut(r[0], ".")
		if isCompetence {
			out = append(out, domain.Competence{
				ID: domain.CompetenceID("ecf:" + r[0]), Framework: "ecf", Code: r[0], Kind: domain.Skill,
				URI: "https://kopir.kz/competences/ecf:" + r[0], Label: text[r[0]], Area: text[ecfAreas[letter]],
			})
		}
	}
	return out, nil
}

// kopirCompetences are what people ask for and the other frameworks have no competence for.
func kopirCompetences() ([]domain.Competence, error) {
	rows, err := table("catalogue/kopir.tsv", 9)
	if err != nil {
		return nil, err
	}
	out := make([]domain.Competence, 0, len(rows))
	for _, r := range rows {
		c := domain.Competence{
			ID: domain.CompetenceID(r[0]), Framework: "kopir", Code: strings.TrimPrefix(r[0], "kopir:"), URI: "https://kopir.kz/competences/" + r[0],
			Kind:  domain.CompetenceKind(r[1]),
			Label: domain.Text{EN: r[2], RU: r[3], KK: r[4]},
			Synonyms: domain.Synonyms{
				EN: list(r[5]), RU: list(r[6]), KK: list(r[7]),
			},
		}
		for _, b := range list(r[8]) {
			c.Broader = append(c.Broader, domain.CompetenceID(b))
		}
		out = append(out, c)
	}
	return out, nil
}

// addNames adds what people call competences of other frameworks. It stands before the other names that those have, which
// are in no order, since a name's place tells how near it is.
func addNames(competences []domain.Competence) error {
	rows, err := table("catalogue/names.tsv", 4)
	if err != nil {
		return err
	}
	at := make(map[domain.CompetenceID]*domain.Competence, len(competences))
	for i := range competences {
		at[competences[i].ID] = &competences[i]
	}
	for _, r := range rows {
		c := at[domain.CompetenceID(r[0])]
		if c == nil {
			return fmt.Errorf("names of %s: there is no such competence", r[0])
		}
		c.Synonyms.EN = before(list(r[1]), c.Synonyms.EN)
		c.Synonyms.RU = before(list(r[2]), c.Synonyms.RU)
		c.Synonyms.KK = before(list(r[3]), c.Synonyms.KK)
	}
	return nil
}

// before returns names with those of another list that they lack behind them.
func before(names, others []string) []string {
	for _, n := range others {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// table reads a tab-separated file with a heading and a fixed number of columns.
func table(name string, columns int) ([][]string, error) {
	content, err := catalogueFiles.ReadFile(name)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	rows := make([][]string, 0, len(lines))
	for i, line := range lines[1:] {
		cells := strings.Split(strings.TrimSuffix(line, "\r"), "\t")
		if len(cells) != columns {
			return nil, fmt.Errorf("%s line %d: %d columns instead of %d", name, i+2, len(cells), columns)
		}
		for n, cell := range cells {
			cells[n] = strings.TrimSpace(cell) // ten names have spaces at their ends where they come from
		}
		rows = append(rows, cells)
	}
	return rows, nil
}

func list(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "|")
}

func cut(s, prefix, suffix string) (string, bool) {
	s, ok := strings.CutPrefix(s, prefix)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(s, suffix)
}

// edition digests what the catalogue is made of: the files and the frameworks' own words.
func edition() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(catalogueFiles, "catalogue", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := catalogueFiles.ReadFile(path)
		h.Write(content)
		return err
	})
	fmt.Fprintf(h, "%v", frameworks())
	return hex.EncodeToString(h.Sum(nil))[:16], err
}
