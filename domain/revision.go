package domain

import (
	"reflect"
	"slices"
)

// Revision is what a version of a framework says.
type Revision struct {
	Framework   Framework
	Competences []Competence
	Languages   []Language // in which it has names
	NamesOnly   bool       // it says nothing but names
	Relations   bool       // it says what is broader, exact and close
	Partial     bool       // what it lacks is not gone
	Lasting     bool       // names that it lacks stay, a former label as a synonym
}

// Difference is what a revision changes. What it deprecates stays in the catalogue.
type Difference struct {
	Framework  FrameworkID
	Version    [2]string // before and after
	Added      []Competence
	Renamed    [][2]Competence // before and after
	Deprecated []Competence
	Restored   []Competence // that were deprecated
	Changed    int          // others, in synonyms, kinds or relations
	Unchanged  int
}

// Empty says whether nothing changes.
func (d Difference) Empty() bool {
	return d.Version[0] == d.Version[1] && len(d.Added)+len(d.Renamed)+len(d.Deprecated)+len(d.Restored)+d.Changed == 0
}

// revise brings a revision into the content, and says what that changes. Ids stay, and nothing is ever taken out.
func (c *CatalogueContent) revise(r Revision) Difference {
	d := Difference{Framework: r.Framework.ID, Version: [2]string{"", r.Framework.Version}}
	c.Frameworks, c.Competences = slices.Clone(c.Frameworks), slices.Clone(c.Competences)
	if i := slices.IndexFunc(c.Frameworks, func(f Framework) bool { return f.ID == r.Framework.ID }); i < 0 {
		c.Frameworks = append(c.Frameworks, r.Framework)
	} else {
		d.Version[0] = c.Frameworks[i].Version
		c.Frameworks[i] = r.Framework
	}
	at := make(map[CompetenceID]int)
	for i, k := range c.Competences {
		if k.Framework == r.Framework.ID {
			at[k.ID] = i
		}
	}
	for _, k := range r.Competences {
		i, known := at[k.ID]
		if !known {
			c.Competences = append(c.Competences, k)
			d.Added = append(d.Added, k)
			continue
		}
		delete(at, k.ID)
		after := k.over(c.Competences[i], r)
		d.note(c.Competences[i], after)
		c.Competences[i] = after
	}
	for i := range c.Competences {
		k := &c.Competences[i]
		if _, gone := at[k.ID]; !gone {
			continue
		}
		if r.Partial || k.Added || !k.InUse() {
			d.Unchanged++
			continue
		}
		k.Deprecated = true
		d.Deprecated = append(d.Deprecated, *k)
	}
	return d
}

// note counts how a competence differs.
func (d *Difference) note(before, after Competence) {
	switch {
	case before.InUse() && !after.InUse():
		d.Deprecated = append(d.Deprecated, after)
	case !before.InUse() && after.InUse():
		d.Restored = append(d.Restored, after)
	case before.Label != after.Label:
		d.Renamed = append(d.Renamed, [2]Competence{before, after})
	case !reflect.DeepEqual(before, after):
		d.Changed++
	default:
		d.Unchanged++
	}
}

// over returns a competence as it is after a revision that says k of it.
func (k Competence) over(was Competence, r Revision) Competence {
	is := was
	if !r.NamesOnly {
		is = k
		is.Label, is.Synonyms, is.Area = was.Label, was.Synonyms, was.Area
		if !r.Relations {
			is.Broader, is.Exact, is.Close = was.Broader, was.Exact, was.Close
		}
	}
	for _, l := range r.Languages {
		label, synonyms := k.Label.Exactly(l), *k.Synonyms.at(l)
		if former := was.Label.Exactly(l); r.Lasting {
			synonyms = joined(*was.Synonyms.at(l), synonyms)
			if former != "" && label != "" && former != label {
				synonyms = joined(synonyms, []string{former})
			}
			synonyms = without(synonyms, label)
		}
		if label != "" {
			*is.Label.at(l) = label
		}
		if area := k.Area.Exactly(l); area != "" {
			*is.Area.at(l) = area
		}
		*is.Synonyms.at(l) = synonyms
	}
	return is
}

// without returns a list without one of its values, and leaves the list alone.
func without[T comparable](list []T, one T) []T {
	if !slices.Contains(list, one) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(v T) bool { return v == one })
}

// upgrade brings what ships into the content. Where a framework has been imported, what ships adds names in the other
// languages; and links take the place of those that shipped before, unless an administrator has decided on the two.
func (c *CatalogueContent) upgrade(s CatalogueContent) {
	shipped := make(map[FrameworkID][]Competence)
	for _, k := range s.Competences {
		shipped[k.Framework] = append(shipped[k.Framework], k)
	}
	for _, f := range s.Frameworks {
		r := Revision{Framework: f, Competences: shipped[f.ID], Languages: Spoken(), Relations: true}
		for _, is := range c.Frameworks {
			if is.ID == f.ID && len(is.Imported) > 0 {
				r.Framework.Version, r.Framework.Imported = is.Version, is.Imported
				r.NamesOnly, r.Partial = true, true
				r.Languages = slices.DeleteFunc(Spoken(), func(l Language) bool { return slices.Contains(is.Imported, l) })
			}
		}
		c.revise(r)
	}
	links := slices.DeleteFunc(slices.Clone(c.Links), func(l Link) bool { return !l.Curated })
	decided := make(map[pair]bool, len(links))
	for _, l := range links {
		decided[l.pair()] = true
	}
	for _, l := range s.Links {
		if !decided[l.pair()] {
			links = append(links, l)
		}
	}
	c.Links = links
}
