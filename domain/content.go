package domain

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// CatalogueEdition says which catalogue it is: two of one edition are equal.
type CatalogueEdition struct {
	Number   int    // of what ships: a program installs its own over a lower one only, so that an older program never undoes a newer one's
	Shipped  string // the name of what ships
	Revision int    // how often it was changed here, by an import or by an administrator
}

// String returns the edition's name: "3f0a…", or "3f0a…+7" once it was changed.
func (e CatalogueEdition) String() string {
	if e.Revision == 0 {
		return e.Shipped
	}
	return fmt.Sprintf("%s+%d", e.Shipped, e.Revision)
}

// Shipped is the catalogue that a program brings along.
type Shipped struct {
	Number  int // higher in every version of the program that ships another one
	Edition string
	Content CatalogueContent
}

// Catalogue returns what ships as a catalogue, or an Invalid error that names its faults.
func (s Shipped) Catalogue() (*Catalogue, error) { return s.Content.Catalogue(s.Edition) }

// CatalogueContent is what a catalogue is made of: what its frameworks say, and what was decided over them.
type CatalogueContent struct {
	Frameworks  []Framework
	Competences []Competence // as their frameworks have them
	Links       []Link       // at most one between two competences
	Amendments  []Amendment  // at most one of a competence
}

// Link says how two competences stand to each other, whatever their frameworks say of it.
type Link struct {
	From     CompetenceID
	Relation Relation // Exact, Close, or Broader: To is the broader one. "" means that they are unrelated
	To       CompetenceID
	Reason   string
	Curated  bool // by an administrator: it stands over what ships
	At       time.Time
}

// MaxLinkReason bounds, in characters, why something was decided on the catalogue.
const MaxLinkReason = 500

// ID returns the id of the link between the two, whatever it says.
func (l Link) ID() uuid.UUID {
	of := l.pair()
	return uuid.NewSHA1(importSpace, []byte("link\x00"+string(of[0])+"\x00"+string(of[1])))
}

// pair names two competences, in no order.
type pair [2]CompetenceID

func (l Link) pair() pair { return pairOf(l.From, l.To) }

func pairOf(a, b CompetenceID) pair { return pair{min(a, b), max(a, b)} }

// Amendment is what administrators decided on a competence; it stands over every version of the framework.
type Amendment struct {
	Competence CompetenceID
	Label      Text // in the languages in which it is another one
	Synonyms   Synonyms
	Deprecated *bool        // nil: as the framework says
	ReplacedBy CompetenceID // with Deprecated
}

// applied returns a competence with the amendment.
func (a Amendment) applied(k Competence) Competence {
	for _, l := range Spoken() {
		if s := a.Label.Exactly(l); s != "" {
			*k.Label.at(l) = s
		}
		*k.Synonyms.at(l) = joined(*k.Synonyms.at(l), *a.Synonyms.at(l))
	}
	if a.Deprecated != nil {
		k.Deprecated, k.ReplacedBy = *a.Deprecated, a.ReplacedBy
	}
	return k
}

// joined returns a list with those of another that it lacks, and changes neither.
func joined[T comparable](list, more []T) []T {
	list = slices.Clip(list)
	for _, one := range more {
		if !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list
}

// Catalogue puts the content together under an edition's name. A link whose competences are not both there says nothing.
// It returns an Invalid error as NewCatalogue does.
func (c CatalogueContent) Catalogue(edition string) (*Catalogue, error) {
	list := slices.Clone(c.Competences)
	at := make(map[CompetenceID]*Competence, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	for _, a := range c.Amendments {
		if k := at[a.Competence]; k != nil && (a.ReplacedBy == "" || at[a.ReplacedBy] != nil) {
			*k = a.applied(*k)
		}
	}
	for _, l := range c.Links {
		from, to := at[l.From], at[l.To]
		if from == nil || to == nil {
			continue
		}
		from.forget(l.To)
		to.forget(l.From)
		from.relate(l.Relation, l.To)
		if l.Relation != Broader {
			to.relate(l.Relation, l.From)
		}
	}
	return NewCatalogue(edition, c.Frameworks, list)
}

// related returns the list of those that a competence stands in a relation to; nil for none.
func (k *Competence) related(r Relation) *[]CompetenceID {
	switch r {
	case Broader:
		return &k.Broader
	case Exact:
		return &k.Exact
	case Close:
		return &k.Close
	default:
		return nil
	}
}

// relate adds another competence to a relation, unless that is none; the list as it was is left alone.
func (k *Competence) relate(r Relation, other CompetenceID) {
	if list := k.related(r); list != nil {
		*list = append(slices.Clip(*list), other)
	}
}

// forget takes another competence out of all relations; the lists as they were are left alone.
func (k *Competence) forget(other CompetenceID) {
	for _, r := range []Relation{Broader, Exact, Close} {
		if list := k.related(r); slices.Contains(*list, other) {
			*list = slices.DeleteFunc(slices.Clone(*list), func(id CompetenceID) bool { return id == other })
		}
	}
}

// linked returns the content with a link in the place of any between the same two.
func (c CatalogueContent) linked(l Link) CatalogueContent {
	c.Links = append(slices.DeleteFunc(slices.Clone(c.Links), func(o Link) bool { return o.pair() == l.pair() }), l)
	return c
}

// amendment returns the amendment of a competence, an empty one if there is none.
func (c CatalogueContent) amendment(id CompetenceID) Amendment {
	for _, a := range c.Amendments {
		if a.Competence == id {
			return a
		}
	}
	return Amendment{Competence: id}
}

// amended returns the content with an amendment in the place of any of the same competence.
func (c CatalogueContent) amended(a Amendment) CatalogueContent {
	c.Amendments = append(slices.DeleteFunc(slices.Clone(c.Amendments), func(o Amendment) bool { return o.Competence == a.Competence }), a)
	return c
}
