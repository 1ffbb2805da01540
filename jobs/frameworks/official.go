package frameworks

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"kopir/domain"
)

// escoSkill begins the URIs of ESCO's skills; what groups of them are called differs.
const escoSkill = "http://data.europa.eu/esco/skill/"

// concept is the type of what is a competence in ESCO's files; the others are groups.
const concept = "KnowledgeSkillCompetence"

var languageInName = regexp.MustCompile(`_([a-z]{2})\.[a-z]+$`)

// languageOf returns the language of a file's names: as it was said, as the file's name says, else English. It refuses a
// language in which no names are kept, and to be told another one than the file's name says.
func (r *reader) languageOf(name string) (domain.Language, error) {
	l := r.Language
	if found := languageInName.FindStringSubmatch(filepath.Base(name)); found != nil {
		if named := domain.Language(found[1]); l == "" {
			l = named
		} else if l != named {
			return "", fmt.Errorf("its name says that it is in %q, and it is to be read as %q", named, l)
		}
	}
	if l == "" {
		l = domain.English
	}
	if !slices.Contains(domain.Spoken(), l) {
		return "", fmt.Errorf("its names are in %q, and names are kept in kk, ru and en only: take the edition in English, which has the same competences", l)
	}
	return l, nil
}

// What tells that a file is not in the language it is said to be in: of so many competences that have a name in it already,
// fewer than one in so many is called by any of their names.
const (
	knownEnough = 20
	oneInKnown  = 10
)

// speaksAs says that what was read so far may be in a language, as far as names are known in it. Where next to none is called
// what it is called there, the file is an edition in another language, whatever its name.
func (r *reader) speaksAs(l domain.Language) error {
	known, same := 0, 0
	for _, k := range r.revision.Competences {
		is, there := r.Known.Competence(k.ID)
		if !there || is.Label.Exactly(l) == "" || k.Label.Exactly(l) == "" {
			continue
		}
		known++
		names := append([]string{is.Label.Exactly(l)}, is.Synonyms.In(l)...)
		if slices.ContainsFunc(names, func(s string) bool { return strings.EqualFold(s, k.Label.Exactly(l)) }) {
			same++
		}
	}
	if known >= knownEnough && same*oneInKnown < known {
		return fmt.Errorf("only %d of %d competences are called there what they are called in %q: it is in another language, and names are kept in kk, ru and en only", same, known, l)
	}
	return nil
}

// in returns a text and synonyms in one language.
func in(l domain.Language, label string, others []string) (domain.Text, domain.Synonyms) {
	switch l {
	case domain.Kazakh:
		return domain.Text{KK: label}, domain.Synonyms{KK: others}
	case domain.Russian:
		return domain.Text{RU: label}, domain.Synonyms{RU: others}
	default:
		return domain.Text{EN: label}, domain.Synonyms{EN: others}
	}
}

// escoSkills reads skills_xx.csv of ESCO's download.
func (r *reader) escoSkills(t *table) error {
	language, err := r.languageOf(t.name)
	if err == nil {
		err = r.begin("esco")
	}
	if err != nil {
		return err
	}
	again := len(r.revision.Competences) > 0
	r.speaks(language)
	for {
		ok, err := t.next()
		if err != nil {
			return err
		}
		if !ok {
			return r.speaksAs(language)
		}
		r.Step(1)
		if kind := t.cell("conceptType"); kind != "" && kind != concept {
			continue
		}
		code, isSkill := strings.CutPrefix(t.cell("conceptUri"), escoSkill)
		if !isSkill {
			r.fault(t.place("conceptUri"), domain.Because(domain.CodeMalformed))
			continue
		}
		k := domain.Competence{ID: domain.CompetenceID("esco:" + code), Framework: "esco", Code: code, URI: escoSkill + code, Kind: domain.Skill}
		switch kind := t.cell("skillType"); kind {
		case "knowledge":
			k.Kind = domain.Knowledge
		case "skill/competence", "":
		default:
			r.fault(t.place("skillType"), domain.Because(domain.CodeUnknownValue, kind))
		}
		if status := t.cell("status"); status != "" && status != "released" {
			k.Deprecated = true
		}
		label := r.label(t.place("preferredLabel"), t.cell("preferredLabel"), true)
		k.Label, k.Synonyms = in(language, label, r.names(t.place("altLabels"), t.cell("altLabels"), label))
		r.add(t.place("conceptUri"), k, again)
	}
}

// escoBroader reads broaderRelationsSkillPillar_xx.csv of ESCO's download: what skills stand under. Groups of skills are
// no competences; and where the skills are a collection, some stand under what is not in it.
func (r *reader) escoBroader(t *table) error {
	if err := r.begin("esco"); err != nil {
		return err
	}
	r.revision.Relations = true
	for {
		ok, err := t.next()
		if err != nil || !ok {
			return err
		}
		r.Step(1)
		from, fromSkill := strings.CutPrefix(t.cell("conceptUri"), escoSkill)
		to, toSkill := strings.CutPrefix(t.cell("broaderUri"), escoSkill)
		if fromSkill && toSkill && t.cell("conceptType") == concept && t.cell("broaderType") == concept {
			r.links = append(r.links, link{"", domain.CompetenceID("esco:" + from), domain.CompetenceID("esco:" + to), broader})
		}
	}
}

// digcomp reads DigComp's JSON-LD: competences and the areas above them.
func (r *reader) digcomp(name string, from io.Reader) error {
	language, err := r.languageOf(name)
	if err == nil {
		err = r.begin("digcomp")
	}
	if err != nil {
		return err
	}
	again := len(r.revision.Competences) > 0
	var file struct {
		Graph []struct {
			Type string `json:"@type"`
			ID   string `json:"@id"`
			Name string `json:"name"`
			Area string `json:"competence_area_id"`
		} `json:"@graph"`
	}
	if err := json.NewDecoder(from).Decode(&file); err != nil {
		return err
	}
	r.speaks(language)
	areas := make(map[string]string)
	for _, node := range file.Graph {
		if node.Type == "CompetenceArea" {
			areas[node.ID] = node.Name
		}
	}
	for _, node := range file.Graph {
		code, isCompetence := strings.CutPrefix(node.ID, "Competence/")
		if node.Type != "Competence" || !isCompetence {
			continue
		}
		r.Step(1)
		place := filepath.Base(name) + ", " + node.ID
		k := domain.Competence{
			ID: domain.CompetenceID("digcomp:" + code), Framework: "digcomp", Code: code, Kind: domain.Skill,
			URI: "https://kopir.kz/competences/digcomp:" + code,
		}
		k.Label, k.Synonyms = in(language, r.label(place, node.Name, true), nil)
		k.Area, _ = in(language, areas[node.Area], nil)
		r.add(place, k, again)
	}
	return r.speaksAs(language)
}
