package search

import (
	"context"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
)

// Demand is a demand as it is indexed: the thing itself and the words around it.
type Demand struct {
	domain.Demand
	Organisation domain.Text // its name
	Competences  []Label     // of its requirements
}

// Programme is a programme as it is indexed: the thing itself and the words around it.
type Programme struct {
	domain.Programme
	Organisation domain.Text // its name
	Competences  []Label     // of its outcomes
}

// Label is a competence with the names a reader might search it by.
type Label struct {
	ID    domain.CompetenceID
	Label domain.Text
}

// Attribute is a property that one can filter by and count.
type Attribute string

// The attributes. Which of them a side has is listed by Attributes.
const (
	Region       Attribute = "region"
	Kind         Attribute = "kind"
	Language     Attribute = "language"
	Competence   Attribute = "competence"
	Organisation Attribute = "organisation"
	Mode         Attribute = "mode"
	Funding      Attribute = "funding"
	Segment      Attribute = "segment"
	WorkMode     Attribute = "work_mode"
	Sector       Attribute = "sector"
	Occupation   Attribute = "occupation"
)

// Attributes lists what a side can be filtered by and counted by.
func Attributes(side domain.Side) []Attribute {
	if side == domain.DemandSide {
		return []Attribute{Region, Kind, Language, Competence, Organisation, WorkMode, Sector, Occupation}
	}
	return []Attribute{Region, Kind, Language, Competence, Organisation, Mode, Funding, Segment, Sector}
}

// Filters narrow a search: of one attribute any value will do, of different ones all must hold. Values are typed, so
// that no engine builds a filter from a stranger's text. The constraints' rules of place, price and time are those of
// domain.ProgrammeConstraints.Admits and domain.DemandConstraints.Admits; a competence finds what has it or a related
// one (domain.Relations.Serving).
type Filters struct {
	Competences   []domain.CompetenceID
	Organisations []uuid.UUID
	Occupations   []domain.Occupation // demands
	Sectors       []domain.Sector     // programmes; those of demands are in Demands

	Demands    domain.DemandConstraints    // demands
	Programmes domain.ProgrammeConstraints // programmes; AllMusts means nothing here
}

// Sort is an order of results; ties are broken by id, so that pages never overlap while the index stands still.
type Sort string

// The orders. What is not known comes last.
const (
	ByRelevance Sort = "relevance" // without words: newest first
	ByNewest    Sort = "newest"    // publication, newest first
	ByDeadline  Sort = "deadline"  // demands: runs out soonest
	ByOpenings  Sort = "openings"  // demands: most first
	BySalary    Sort = "salary"    // demands: highest upper end in tenge first, or lower end where there is none
	ByWeeks     Sort = "weeks"     // programmes: shortest first
	ByPrice     Sort = "price"     // programmes: cheapest in tenge first
	ByStart     Sort = "start"     // programmes: next intake first, from today on
)

// Query asks one side of the market.
type Query struct {
	Side     domain.Side
	Words    string // "" finds everything; a synonym of a competence also finds its labels
	Filters  Filters
	Facets   []Attribute // to count; those that the side does not have are left out
	Sort     Sort
	Language domain.Language // the reader's: highlights come in the language that matched, this one first
	Today    domain.Date     // demands that ran out before are not found
	After    Mark            // continue after this place, with everything else as it was; "" starts
	Limit    int
}

// Mark is the place of a hit in its result, for asking on. It is opaque to all but the engine that made it.
type Mark string

// Fragment is a piece of text; Match says that the words were found in it.
type Fragment struct {
	Text  string
	Match bool
}

// Highlight shows where the words were found in one field of a hit.
type Highlight struct {
	Field     string // "title", "description", "organisation", "competences"
	Language  domain.Language
	Fragments []Fragment
}

// Hit is one thing found.
type Hit struct {
	ID         uuid.UUID
	Highlights []Highlight
}

// MaxCounts bounds the values that one facet lists.
const MaxCounts = 50

// Count says how many found things a value stands for: the Total that the same search has with this one value as its
// only filter on the attribute. So an online programme counts in every region. Of competences, which find related ones
// too, those count that the things have themselves. A facet lists the MaxCounts values that count most, by falling
// count, then by value; none that counts nothing.
type Count struct {
	Value string
	Count int
}

// Result is a page of hits.
type Result struct {
	Hits   []Hit
	Next   Mark // "" at the end
	Total  int
	Facets map[Attribute][]Count
	Exact  bool // Total and Facets are exact
}

// CompetenceQuery asks for competences as somebody types.
type CompetenceQuery struct {
	Words     string // "" lists by label
	Framework domain.FrameworkID
	Kind      domain.CompetenceKind
	Language  domain.Language // the reader's: ties prefer a label in it
	Offset    int
	Limit     int
}

// CompetenceHit is a competence found, and the name by which it was.
type CompetenceHit struct {
	ID       domain.CompetenceID
	Matched  string // the label or synonym that matched
	Fragment []Fragment
}

// Batch is what changed: upserts and removals. Applying it twice, or late, is harmless.
type Batch struct {
	Demands    []Demand
	Programmes []Programme
	Gone       []uuid.UUID // of either side
}

// Index is an engine. All methods are safe for concurrent use; a search sees a batch whole or not at all.
type Index interface {
	// UseCatalogue tells the engine the competences. What is indexed already stays.
	UseCatalogue(ctx context.Context, c *domain.Catalogue) error
	// Apply makes a batch searchable before it returns. Upserting what is not published removes it.
	Apply(ctx context.Context, b Batch) error
	// Rebuild replaces everything by what fill applies. Searches go on seeing the old until the new is complete.
	Rebuild(ctx context.Context, fill func(apply func(Batch) error) error) error
	// Search answers within Timeout, or returns Unavailable. It returns Invalid with CodeBadCursor for a Mark that it
	// did not make for this order.
	Search(ctx context.Context, q Query) (Result, error)
	// Competences finds competences in use by the beginnings of the words of one of their names.
	Competences(ctx context.Context, q CompetenceQuery) (hits []CompetenceHit, total int, err error)
	// Candidates returns the ids of all that the words find, in no order; exact is false when the engine's bound cut
	// the list.
	domain.Words
	Close() error
}

// Timeout bounds one search in any engine.
const Timeout = time.Second
