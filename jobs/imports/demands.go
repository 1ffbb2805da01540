package imports

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"kopir/domain"
)

// readOccupations turns each ICT occupation into a demand for what it essentially (must) and optionally (nice) needs.
// The rows of one occupation stand together.
func readOccupations(r io.Reader, o Options, yield func(Item) error) error {
	var current *occupation
	flush := func() error {
		if current == nil {
			return nil
		}
		item := current.item(o)
		current = nil
		return yield(item)
	}
	err := eachRecord(r, EscoOccupations, func(rec record, broken error) error {
		if broken != nil {
			return yield(brokenItem(rec, broken))
		}
		if uri := rec.cells["occupationUri"]; current == nil || current.uri != uri {
			if err := flush(); err != nil {
				return err
			}
			current = &occupation{row: rec.row, uri: uri, label: rec.cells["occupationLabel"], isco: rec.cells["iscoGroup"]}
		}
		current.take(rec, o.Catalogue)
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// occupation is one ICT occupation as its rows tell of it.
type occupation struct {
	row              int
	uri, label, isco string
	lines            []domain.RequirementForm
	notes            []Note
}

func (oc *occupation) take(rec record, c *domain.Catalogue) {
	uri := rec.cells["skillUri"]
	id := domain.CompetenceID("esco:" + uri[strings.LastIndexByte(uri, '/')+1:])
	if _, ok := c.Competence(id); !ok {
		oc.notes = append(oc.notes, Note{rec.row, rec.cells["skillLabel"], NotInScope})
		return
	}
	level := ofOccupation(oc.isco)
	line := domain.RequirementForm{Competence: string(id), Level: level.level, LevelSource: string(level.source), Importance: string(domain.Must)}
	if rec.cells["relationType"] != "essential" {
		line.Importance, line.Level = string(domain.Nice), level.level-1
	}
	oc.lines = append(oc.lines, line)
}

func (oc *occupation) item(o Options) Item {
	title, known := o.Occupations[oc.uri]
	if !known {
		title = domain.Text{EN: oc.label}
	}
	item := Item{Row: oc.row, Reference: oc.uri, Notes: oc.notes}
	if len(oc.lines) == 0 {
		item.Notes = append(item.Notes, Note{oc.row, oc.label, NothingFound})
		return item
	}
	item.Demand = &domain.DemandImport{
		Source:       domain.Source{Name: o.Source, Reference: oc.uri, URL: oc.uri},
		KeepDeadline: true,
		Form: domain.DemandForm{
			Title: title,
			Description: domain.Text{
				KK: "ESCO жіктеуішіндегі кәсіп: негізгі құзыреттер міндетті, қосымшалары қалаулы. Деңгейлер ISCO-08 тобы бойынша ереже арқылы қойылған.",
				RU: "Профессия из классификации ESCO: основные компетенции обязательны, дополнительные желательны. Уровни поставлены по правилу, по группе ISCO-08.",
				EN: "An occupation of the ESCO classification: essential competences are musts, optional ones nice to have. Levels were set by a rule from the ISCO-08 group.",
			},
			Kind: string(domain.Job), Occupation: oc.isco, Sector: "J", Region: o.Region, WorkMode: o.WorkMode,
			ValidThrough: o.ValidThrough, Requirements: oc.lines,
		},
	}
	return item
}

// titleNames is how many skills a job ad without a title is named after.
const titleNames = 3

// readJobAds turns each ad, a list of skill names, into a demand.
func readJobAds(r io.Reader, o Options, names Namer, yield func(Item) error) error {
	return eachRecord(r, JobAds, func(rec record, broken error) error {
		if broken != nil {
			return yield(brokenItem(rec, broken))
		}
		return yield(jobAd(rec, o, names))
	})
}

func jobAd(rec record, o Options, names Namer) Item {
	item := Item{Row: rec.row, Reference: rec.cells["ad_id"]}
	c := collector{row: rec.row}
	asked := strings.Split(rec.cells["skills"], "|")
	for _, s := range asked {
		if s = strings.TrimSpace(s); s != "" {
			c.add(names, s)
		}
	}
	if len(c.found) > domain.MaxRequirements {
		c.note(strconv.Itoa(len(c.found)), TooMany)
		c.found = c.found[:domain.MaxRequirements]
	}
	item.Notes = c.notes
	if len(c.found) == 0 {
		item.Notes = append(item.Notes, Note{rec.row, rec.cells["skills"], NothingFound})
		return item
	}
	level := adGrades.of(ofAds, asked...)
	form := domain.DemandForm{
		Title: adTitle(o.Catalogue, c.found), Kind: string(domain.Job), Sector: "J", Region: o.Region, WorkMode: o.WorkMode,
		ValidThrough: o.ValidThrough,
	}
	for _, id := range c.found {
		form.Requirements = append(form.Requirements, domain.RequirementForm{
			Competence: string(id), Level: level.level, LevelSource: string(level.source), Importance: string(domain.Must)})
	}
	item.Demand = &domain.DemandImport{
		Source: domain.Source{Name: o.Source, Reference: item.Reference}, KeepDeadline: true, Form: form,
	}
	return item
}

// adTitle names an ad that has no title of its own after the first competences it asks for.
func adTitle(c *domain.Catalogue, found []domain.CompetenceID) domain.Text {
	name := func(pattern string, lang domain.Language) string {
		var labels []string
		for _, id := range found[:min(titleNames, len(found))] {
			k, _ := c.Competence(id)
			labels = append(labels, k.Label.In(lang))
		}
		return clip(fmt.Sprintf(pattern, strings.Join(labels, ", ")), domain.MaxTitle)
	}
	return domain.Text{
		KK: name("АКТ маманы: %s", domain.Kazakh), RU: name("ИКТ-специалист: %s", domain.Russian), EN: name("ICT specialist: %s", domain.English),
	}
}

func clip(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}
