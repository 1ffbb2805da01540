package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"kopir/data"
	"kopir/domain"
	"kopir/jobs/imports"
)

// object is an object of JSON.
type object = map[string]any

// realFile is a file of the shared data, each thing of it as a body that the API takes.
type realFile struct {
	name   string
	side   domain.Side
	rows   int // of the file that hold a thing at all
	bodies []object
}

// realFiles are the files, and what they are.
var realFiles = []struct {
	name   string
	format imports.Format
}{
	{"esco/occupation_skill_relations_ict_v1.1.1.csv", imports.EscoOccupations}, {"demands/skill2vec_ict_ads.csv", imports.JobAds},
	{"programmes/free_courses_en_ru_kk_uk.csv", imports.FreeCourses}, {"programmes/ossu_courses.csv", imports.Curriculum},
}

// readReal reads the files whole. What holds nothing that the catalogue knows cannot be published: it is counted and left out.
func readReal(folder string) ([]realFile, error) {
	catalogue, err := data.Catalogue()
	if err != nil {
		return nil, err
	}
	occupations, err := data.Occupations()
	if err != nil {
		return nil, err
	}
	o := imports.Options{Catalogue: catalogue, Occupations: make(map[string]domain.Text), WorkMode: "onsite", Mode: "online", ValidThrough: "2199-12-31"}
	for _, k := range occupations {
		o.Occupations[k.URI] = k.Label
	}
	var out []realFile
	for _, f := range realFiles {
		file, err := os.Open(filepath.Join(folder, f.name)) //nolint:gosec // a folder that this tool is given
		if err != nil {
			return nil, err
		}
		r := realFile{name: f.name, side: f.format.Side()}
		err = imports.Read(f.format, file, o, func(i imports.Item) error {
			r.rows++
			switch {
			case i.Demand != nil:
				r.bodies = append(r.bodies, demandBody(i.Reference, i.Demand.Form))
			case i.Programme != nil:
				r.bodies = append(r.bodies, programmeBody(i.Reference, i.Programme.Form))
			}
			return nil
		})
		_ = file.Close() // only read
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func demandBody(id string, f domain.DemandForm) object {
	requirements := []any{}
	for _, r := range f.Requirements {
		requirements = append(requirements, object{"competence_id": r.Competence, "level": r.Level, "level_source": r.LevelSource, "importance": r.Importance})
	}
	return plain(object{
		"external_id": id, "title": text(f.Title), "description": text(f.Description), "kind": f.Kind, "occupation": f.Occupation, "sector": f.Sector,
		"region": f.Region, "work_mode": f.WorkMode, "openings": max(f.Openings, 1), "languages": f.Languages, "valid_through": f.ValidThrough,
		"requirements": requirements,
	})
}

func programmeBody(id string, f domain.ProgrammeForm) object {
	outcomes := []any{}
	for _, o := range f.Outcomes {
		outcomes = append(outcomes, object{"competence_id": o.Competence, "level": o.Level, "level_source": o.LevelSource})
	}
	return plain(object{
		"external_id": id, "title": text(f.Title), "description": text(f.Description), "kind": f.Kind, "mode": f.Mode, "languages": f.Languages,
		"regions": f.Regions, "funding": f.Funding, "weeks": f.Weeks, "hours": f.Hours, "ects": f.ECTS, "url": f.URL, "outcomes": outcomes,
	})
}

func text(t domain.Text) object { return object{"kk": t.KK, "ru": t.RU, "en": t.EN} }

// plain is an object as JSON has it, without what says nothing: null, "", 0 and what is empty.
func plain(o object) object {
	written, err := json.Marshal(o)
	if err != nil {
		panic(err) // it is made of what JSON has
	}
	var out object
	if err := json.Unmarshal(written, &out); err != nil {
		panic(err)
	}
	out, _ = said(out).(object)
	return out
}

// said returns what a value says; nil is nothing.
func said(v any) any {
	switch v := v.(type) {
	case object:
		out := object{}
		for name, each := range v {
			if each = said(each); each != nil {
				out[name] = each
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	case []any:
		if len(v) == 0 {
			return nil
		}
		out := make([]any, len(v))
		for i, each := range v {
			out[i] = said(each)
		}
		return out
	case string:
		if v == "" {
			return nil
		}
	case float64:
		if v == 0 {
			return nil
		}
	}
	return v
}
