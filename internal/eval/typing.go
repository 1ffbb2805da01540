package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"kopir/data"
	"kopir/domain"
	"kopir/search"
	"kopir/search/reading"
)

// firstFew is how many answers somebody who types looks at.
const firstFew = 5

// finder is something that finds things by name, and the names of its things.
type finder struct {
	name   string
	labels []domain.Text
	find   func(words string, lang domain.Language, limit int) []int // places in labels, best first
}

// finders are the competences and the occupations that ship.
func finders() ([]finder, error) {
	catalogue, err := data.Catalogue()
	if err != nil {
		return nil, err
	}
	occupations, err := data.Occupations()
	if err != nil {
		return nil, err
	}
	return []finder{competenceFinder(catalogue), occupationFinder(occupations)}, nil
}

func competenceFinder(catalogue *domain.Catalogue) finder {
	f := finder{name: "competences"}
	at := make(map[domain.CompetenceID]int)
	for _, c := range catalogue.Competences() {
		if c.InUse() {
			at[c.ID] = len(f.labels)
			f.labels = append(f.labels, c.Label)
		}
	}
	c := reading.NewCatalogue(catalogue)
	f.find = func(words string, lang domain.Language, limit int) []int {
		hits, _ := c.Find(search.CompetenceQuery{Words: words, Language: lang, Limit: limit})
		out := make([]int, len(hits))
		for i, h := range hits {
			out[i] = at[h.ID]
		}
		return out
	}
	return f
}

func occupationFinder(occupations []domain.NamedOccupation) finder {
	f := finder{name: "occupations"}
	at := make(map[string]int)
	for i, o := range occupations {
		at[o.URI] = i
		f.labels = append(f.labels, o.Label)
	}
	o := reading.NewOccupations(occupations)
	f.find = func(words string, lang domain.Language, limit int) []int {
		hits, _ := o.Find(search.OccupationQuery{Words: words, Language: lang, Limit: limit})
		out := make([]int, len(hits))
		for i, h := range hits {
			out[i] = at[h.URI]
		}
		return out
	}
	return f
}

// variant is a way in which a label is written otherwise.
type variant struct {
	name  string
	bound float64
	limit int
	write map[domain.Language]map[string]func(string) string // by scheme
}

func variants() []variant {
	every := func(write func(string) string) map[domain.Language]map[string]func(string) string {
		out := make(map[domain.Language]map[string]func(string) string)
		for _, lang := range domain.Spoken() {
			out[lang] = map[string]func(string) string{"": write}
		}
		return out
	}
	return []variant{
		{"as it is, first", 0.99, 1, every(func(label string) string { return label })},
		{"beginning", 0.95, firstFew, every(prefix)},
		{"mistyped", 0.90, firstFew, every(mistyped)},
		{"without Kazakh letters", 0.95, firstFew, map[domain.Language]map[string]func(string) string{domain.Kazakh: {"": kazakhFolded}}},
		{"transliterated", 0.95, firstFew, spoken(schemes)},
		{"wrong layout", 0.95, firstFew, spoken(layouts)},
	}
}

func spoken(of map[string]map[string]func(string) string) map[domain.Language]map[string]func(string) string {
	out := make(map[domain.Language]map[string]func(string) string)
	for lang, list := range of {
		out[domain.Language(lang)] = list
	}
	return out
}

// typing asks for every label of every language as it is written otherwise. The answer is right if the thing is among the
// first few, or another one with the same label in that language. What a way of writing leaves as it was is not asked.
func typing(_ context.Context, r *report) error {
	list, err := finders()
	if err != nil {
		return err
	}
	for _, f := range list {
		for _, v := range variants() {
			shares := make(map[domain.Language]float64)
			for _, lang := range domain.Spoken() {
				if v.write[lang] == nil {
					continue
				}
				var right, asked int
				for _, scheme := range slices.Sorted(maps.Keys(v.write[lang])) {
					ok, n := f.ask(v, lang, v.write[lang][scheme])
					if scheme != "" {
						r.add(fmt.Sprintf("%s, %s, %s, %s", f.name, v.name, lang, scheme), share(ok, n), "share", n)
					}
					right, asked = right+ok, asked+n
				}
				shares[lang] = share(right, asked)
				r.atLeast(v.bound, fmt.Sprintf("%s, %s, %s", f.name, v.name, lang), shares[lang], "share", asked)
			}
			if en := shares[domain.English]; en > 0 {
				r.atLeast(0.95, fmt.Sprintf("%s, %s, kk to en", f.name, v.name), shares[domain.Kazakh]/en, "ratio", len(f.labels))
			}
		}
	}
	return nil
}

// ask counts the right answers about one way to write the labels of a language.
func (f *finder) ask(v variant, lang domain.Language, write func(string) string) (right, asked int) {
	for i, text := range f.labels {
		label := text.Exactly(lang)
		typed := write(label)
		if typed == "" || typed == label && v.limit > 1 {
			continue
		}
		asked++
		if slices.ContainsFunc(f.find(typed, lang, v.limit), func(at int) bool {
			return at == i || strings.EqualFold(f.labels[at].Exactly(lang), label)
		}) {
			right++
		} else if verbose {
			fmt.Printf("%s, %s, %s: %q for %q\n", f.name, v.name, lang, typed, label)
		}
	}
	return right, asked
}
