package search

import (
	"cmp"
	"context"
	"slices"
	"strings"
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

// Body is what a demand or a programme says: the texts in which words are found.
type Body struct {
	Title, Description, Organisation domain.Text
	Competences                      []domain.Text // labels
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

// On returns the order to use on a side; one that the side does not have is as none.
func (s Sort) On(side domain.Side) Sort {
	demands := side == domain.DemandSide
	switch s {
	case ByNewest:
		return s
	case ByDeadline, ByOpenings, BySalary:
		if demands {
			return s
		}
	case ByWeeks, ByPrice, ByStart:
		if !demands {
			return s
		}
	}
	return ByRelevance
}

// Tenge returns what a salary is sorted by: the upper end, or the lower one where there is none; 0 when it is not known
// in tenge.
func Tenge(s *domain.Salary) int64 {
	if s == nil || s.Currency != domain.KZT {
		return 0
	}
	return max(s.Max, s.Min)
}

// CandidatesOf returns the search that finds the candidates of a match.
func CandidatesOf(q domain.CandidateQuery) Query {
	return Query{
		Side: q.Side, Words: q.Words, Today: q.Today,
		Filters: Filters{Competences: q.Competences, Occupations: q.Occupations, Demands: q.Demands, Programmes: q.Programmes},
	}
}

// OfSide returns what a federated query asks of one side.
func (q FederatedQuery) OfSide(side domain.Side) Query {
	by := ByRelevance
	if q.Words == "" {
		by = ByNewest
	}
	return Query{Side: side, Words: q.Words, Filters: q.Filters, Sort: by, Language: q.Language, Today: q.Today, Limit: q.Limit}
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
	ID uuid.UUID
	// Show finds where the words are in what the thing says now, which may be later than what was indexed; nil without
	// words. It asks nobody, and is safe for concurrent use.
	Show func(Body) []Highlight
}

// Highlights shows where the words are in what the thing says, if there were any words.
func (h Hit) Highlights(b Body) []Highlight {
	if h.Show == nil {
		return nil
	}
	return h.Show(b)
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

// Top lists the values of a tally that a facet lists, in its order.
func Top(tally map[string]int) []Count {
	var counts []Count
	for value, n := range tally {
		if n > 0 && value != "" {
			counts = append(counts, Count{Value: value, Count: n})
		}
	}
	slices.SortFunc(counts, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	return counts[:min(len(counts), MaxCounts)]
}

// Result is a page of hits.
type Result struct {
	Hits     []Hit
	Next     Mark // "" at the end
	Total    int
	Facets   map[Attribute][]Count
	Exact    bool // Total and Facets are exact
	Fallback bool // a lesser engine answered, because the usual one cannot
}

// FederatedQuery asks both sides of the market at once. Of the filters each side takes its own. What fits the words best
// comes first, of either side; without words, the newest.
type FederatedQuery struct {
	Words    string
	Filters  Filters
	Language domain.Language
	Today    domain.Date
	After    Mark
	Limit    int
}

// FederatedHit is one thing found, on whichever side.
type FederatedHit struct {
	Side domain.Side
	Hit
}

// FederatedResult is a page of hits of both sides.
type FederatedResult struct {
	Hits     []FederatedHit
	Next     Mark                // "" at the end
	Totals   map[domain.Side]int // of both sides, always
	Fallback bool                // a lesser engine answered, because the usual one cannot
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

// OccupationQuery asks for occupations as somebody types.
type OccupationQuery struct {
	Words    string // "" lists by label
	Language domain.Language
	Offset   int
	Limit    int
}

// Batch is what changed: upserts and removals. Applying it twice, or late, is harmless.
type Batch struct {
	Demands    []Demand
	Programmes []Programme
	Gone       []uuid.UUID // of either side
}

// Index is an engine. All methods are safe for concurrent use.
type Index interface {
	// UseCatalogue tells the engine the competences. What is indexed already stays.
	UseCatalogue(ctx context.Context, c *domain.Catalogue) error
	// Apply makes a batch searchable before it returns. Upserting what is not published removes it. A search sees each
	// document as it was or as it is, never in between. It returns a Refusal if the engine is there and will not take what
	// it is given; it may then have taken a part.
	Apply(ctx context.Context, b Batch) error
	// Rebuild replaces everything by what fill applies. Searches go on seeing the old until the new is complete.
	Rebuild(ctx context.Context, fill func(apply func(Batch) error) error) error
	// Search answers within Timeout, or returns Unavailable. It returns Invalid with CodeBadCursor for a Mark that it
	// did not make for this order.
	Search(ctx context.Context, q Query) (Result, error)
	// SearchBoth is Search for both sides at once.
	SearchBoth(ctx context.Context, q FederatedQuery) (FederatedResult, error)
	// Competences finds competences in use by the beginnings of the words of one of their names.
	Competences(ctx context.Context, q CompetenceQuery) (hits []CompetenceHit, total int, err error)
	// Candidates returns the ids of all that a query finds; not exact when the engine's bound cut the list.
	domain.Words
	Close() error
}

// Refusal is the error of an engine that is there and will not take what it is given: sent again, the same will be
// refused again.
type Refusal struct{ Reason string }

func (r *Refusal) Error() string { return "the search engine refused: " + r.Reason }

// Digest stands for all that a document says: two documents with one digest are the same.
type Digest string

// Standing is what an engine that outlives the process says of its indexes.
type Standing struct {
	Complete   bool   // all indexes are there, with the settings that this program wants and under its catalogue
	Why        string // what is missing or different, when they are not complete
	Generation string // the rebuild that made them
	Count      map[domain.Side]int
}

// Remote is an engine that outlives the process and is fed by one of many. Several batches may be applied at once, also in
// a rebuild, if no two of them are about the same thing.
type Remote interface {
	Index
	// Fence keeps whoever wrote under a lower epoch from writing any more, this process excepted. It returns Stale if
	// somebody has called it with a higher one.
	Fence(ctx context.Context, epoch int64) error
	// Standing says what is there. Unavailable if the engine cannot be asked.
	Standing(ctx context.Context) (Standing, error)
	// Digests returns what is indexed on a side.
	Digests(ctx context.Context, side domain.Side) (map[uuid.UUID]Digest, error)
	// DemandDigest and ProgrammeDigest return what Digests has of a document that is indexed as it is now.
	DemandDigest(d *Demand) Digest
	ProgrammeDigest(p *Programme) Digest
	// Outdated lists documents that must be sent again because a day has passed, though nothing in them has changed, at
	// most limit.
	Outdated(ctx context.Context, today domain.Date, limit int) ([]domain.Subject, error)
}

// Timeout bounds one search in any engine.
const Timeout = time.Second

// Patience bounds a search of an engine outside of the process that answered the last one: it is at work on something
// large, such as a rebuild, and a late answer is better than none.
const Patience = 2 * time.Second

// DirectAccess lets somebody else, such as a browser, ask an engine without us, for a while.
type DirectAccess struct {
	Token     string
	URL       string            // where the engine is for them
	Indexes   map[string]string // its names of "demands", "programmes" and "competences"
	ExpiresAt time.Time
}
