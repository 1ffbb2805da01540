package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"kopir/api/gen"
	"kopir/domain"

	lru "github.com/hashicorp/golang-lru/v2"
)

// A page of matches is mostly arithmetic: a line for each requirement of each match, some four hundred of them, in which the
// same competences are named again and again. So matches are written here, and competences copied as they were written
// before. What is written is to the byte what encoding/json makes of the contract's own types, and a test holds it to that.

// writtenPage is the body of a page of matches. It can be sent once: its room then goes to the next page.
type writtenPage struct{ room *room }

// room is where a page is written.
type room struct {
	body         []byte
	requirements []writtenRequirement // of the match before, by place
}

// rooms are there to be used again, for they are some hundred kilobytes each.
var rooms = sync.Pool{New: func() any { return &room{body: make([]byte, 0, 1<<16)} }}

func (p writtenPage) visit(w http.ResponseWriter) error {
	defer rooms.Put(p.room)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(p.room.body)))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(p.room.body)
	return err
}

// The pages that have matches on them.

// VisitListDemandMatchesResponse sends the page.
func (p writtenPage) VisitListDemandMatchesResponse(w http.ResponseWriter) error { return p.visit(w) }

// VisitListProgrammeMatchesResponse sends the page.
func (p writtenPage) VisitListProgrammeMatchesResponse(w http.ResponseWriter) error {
	return p.visit(w)
}

// VisitListSimilarProgrammesResponse sends the page.
func (p writtenPage) VisitListSimilarProgrammesResponse(w http.ResponseWriter) error {
	return p.visit(w)
}

// VisitMatchProgrammesResponse sends the page.
func (p writtenPage) VisitMatchProgrammesResponse(w http.ResponseWriter) error { return p.visit(w) }

// VisitMatchDemandsResponse sends the page.
func (p writtenPage) VisitMatchDemandsResponse(w http.ResponseWriter) error { return p.visit(w) }

// programmeMatches writes a page; own are the learner's levels, if the reader gave any.
func (s *server) programmeMatches(ctx context.Context, m domain.ProgrammeMatches, own []domain.Outcome) (writtenPage, error) {
	w := s.matchWriter(ctx)
	return writePage(ctx, s, &w, m, func(m domain.ProgrammeMatch) {
		w.score(m.Score)
		if entry := w.entry(m.Entry, own); entry != nil {
			w.text(`,"entry":`).value(entry)
		}
		w.lines(m.Lines).counts(m.Score).text(`,"programme":`)
		summary(&w, w.kept.programmes, m.Programme, m.Organisation, func() any { return w.programmeSummary(m.Programme, m.Organisation) })
		w.sentence(func(t domain.Teller, to []byte) []byte { return t.AppendProgramme(to, m) })
	})
}

// demandMatches writes a page.
func (s *server) demandMatches(ctx context.Context, m domain.DemandMatches) (writtenPage, error) {
	w := s.matchWriter(ctx)
	return writePage(ctx, s, &w, m, func(m domain.DemandMatch) {
		w.score(m.Score).text(`,"demand":`)
		summary(&w, w.kept.demands, m.Demand, m.Organisation, func() any { return w.demandSummary(m.Demand, m.Organisation) })
		w.lines(m.Lines).counts(m.Score)
		w.sentence(func(t domain.Teller, to []byte) []byte { return t.AppendDemand(to, m) })
	})
}

func writePage[M, R any](ctx context.Context, s *server, w *matchWriter, m domain.Matches[M, R], item func(M)) (writtenPage, error) {
	w.text(`{"exact":`).value(m.Exact)
	if m.Fallback {
		w.text(`,"fallback":true`)
	}
	w.text(`,"items":[`)
	for i, one := range m.Items {
		if i > 0 {
			w.text(`,`)
		}
		w.text(`{`)
		item(one)
		w.text(`}`)
	}
	var next *string
	if m.Next != nil {
		next = s.cursors.encode(ctx, m.Next)
	}
	w.text(`],"next_cursor":`).value(next).text(`,"total":`).number(int64(m.Total)).text("}\n")
	if w.err != nil {
		return writtenPage{}, w.err
	}
	w.room.body = w.out
	return writtenPage{w.room}, nil
}

// matchWriter writes matches for one reader. The first error stays.
type matchWriter struct {
	view
	refs map[domain.CompetenceID]writtenCompetence // what the catalogue has
	kept *fragments
	room *room
	out  []byte
	err  error
}

func (s *server) matchWriter(ctx context.Context) matchWriter {
	w := matchWriter{view: s.viewFor(ctx), room: rooms.Get().(*room)}
	w.room.requirements = w.room.requirements[:0]
	w.out, w.kept = w.room.body[:0], s.fragments.of(w.catalogue)
	if all := w.kept.competences[w.lang]; all != nil {
		w.refs = all()
	}
	return w
}

func (w *matchWriter) text(s string) *matchWriter {
	w.out = append(w.out, s...)
	return w
}

func (w *matchWriter) number(n int64) *matchWriter {
	w.out = strconv.AppendInt(w.out, n, 10)
	return w
}

// word writes a word of a closed set, in which nothing has to be escaped.
func word[T ~string](w *matchWriter, s T) *matchWriter { return w.text(`"`).text(string(s)).text(`"`) }

// sentence writes what a teller tells. Nothing in it has to be escaped but what competences are called, which is already.
func (w *matchWriter) sentence(tell func(t domain.Teller, to []byte) []byte) {
	t := w.teller()
	t.Label = w.label
	w.text(`,"sentence":"`)
	w.out = tell(t, w.out)
	w.text(`"`)
}

func (w *matchWriter) label(id domain.CompetenceID) string {
	if known, ok := w.refs[id]; ok {
		return known.label
	}
	return unquoted(string(id))
}

// value writes what is not written often.
func (w *matchWriter) value(v any) *matchWriter {
	body, err := json.Marshal(v)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.out = append(w.out, body...)
	return w
}

// summary writes a thing in brief. What does not change is written once: things come from a shelf, and are the same as long
// as their versions are.
func summary[T any](w *matchWriter, kept *summaries[T], thing *T, owner *domain.Organisation, shape func() any) {
	key := summaryKey[T]{w.lang, thing, owner}
	body, known := kept.Get(key)
	if !known {
		begin := len(w.out)
		w.value(shape())
		kept.Add(key, slices.Clone(w.out[begin:]))
		return
	}
	w.out = append(w.out, body...)
}

func (w *matchWriter) competence(id domain.CompetenceID) {
	known, ok := w.refs[id]
	if !ok {
		known = newWrittenCompetence(w.view, id)
	}
	w.out = append(w.out, known.ref...)
}

// tenThousandths writes a share for display, of which so many are given, with the decimals that it takes.
func (w *matchWriter) tenThousandths(n int64) *matchWriter {
	w.number(n / 10_000)
	if n %= 10_000; n == 0 {
		return w
	}
	digits := [...]byte{'.', '0' + byte(n/1000), '0' + byte(n/100%10), '0' + byte(n/10%10), '0' + byte(n%10)} //nolint:gosec // digits
	w.out = append(w.out, bytes.TrimRight(digits[:], "0")...)
	return w
}

func (w *matchWriter) score(s domain.Score) *matchWriter {
	return w.text(`"coverage":`).tenThousandths(s.TenThousandths())
}

func (w *matchWriter) counts(s domain.Score) *matchWriter {
	return w.text(`,"musts":`).number(int64(s.Musts)).text(`,"musts_met":`).number(int64(s.MustsMet)).
		text(`,"points":`).number(s.Points).text(`,"points_of":`).number(s.Of)
}

func (w *matchWriter) lines(list []domain.Line) *matchWriter {
	w.text(`,"lines":[`)
	for i := range list {
		if i > 0 {
			w.text(`,`)
		}
		w.line(w.requirement(i, list[i].Requirement), &list[i])
	}
	return w.text(`]`)
}

func (w *matchWriter) line(r *writtenRequirement, l *domain.Line) {
	w.copy(r.before).tenThousandths(l.Credit.TenThousandths()).copy(r.between).offered(l)
	w.text(`,"points":`).number(l.Points).copy(r.behind)
	if l.Relation == "" {
		w.text(`null}`)
		return
	}
	w.text(`{"competence":`).competence(l.By.Competence)
	word(w.text(`,"relation":`), l.Relation).text(`}}`)
}

// writtenRequirement is what all lines of a requirement say: before the credit, between it and what is offered, and behind the
// points.
type writtenRequirement struct {
	known                   bool
	of                      domain.Requirement
	before, between, behind []byte
}

// requirement returns the one in a place among the lines of a match, as it was written for the match before if it is the same.
func (w *matchWriter) requirement(place int, of *domain.Requirement) *writtenRequirement {
	all := &w.room.requirements
	if place == len(*all) {
		*all = slices.Grow(*all, 1)[:place+1]
		(*all)[place].known = false // what is in the room is of another page
	}
	r := &(*all)[place]
	if r.known && r.of == *of {
		return r
	}
	r.known, r.of = true, *of
	begin := len(w.out)
	written := func(into []byte) []byte {
		into = append(into[:0], w.out[begin:]...)
		w.out = w.out[:begin]
		return into
	}
	w.text(`{"competence":`).competence(of.Competence)
	w.text(`,"credit":`)
	r.before = written(r.before)
	word(w.text(`,"importance":`), of.Importance)
	r.between = written(r.between)
	word(w.text(`,"required_level":`).number(int64(of.Level)).text(`,"required_source":`), of.Source).text(`,"via":`)
	r.behind = written(r.behind)
	return r
}

func (w *matchWriter) copy(written []byte) *matchWriter {
	w.out = append(w.out, written...)
	return w
}

// offered writes the level that earns the credit of a line, and where it comes from; what is not known is null.
func (w *matchWriter) offered(l *domain.Line) {
	served := l.Relation != ""
	w.text(`,"offered_level":`)
	if served && l.By.Level != 0 {
		w.number(int64(l.By.Level))
	} else {
		w.text(`null`)
	}
	w.text(`,"offered_source":`)
	if served && l.By.Source != "" {
		word(w, l.By.Source)
	} else {
		w.text(`null`)
	}
}

// fragments are what has been written of a catalogue, and of things while it was in force.
type fragments struct {
	catalogue   *domain.Catalogue
	competences map[domain.Language]func() map[domain.CompetenceID]writtenCompetence
	demands     *summaries[domain.Demand]
	programmes  *summaries[domain.Programme]
}

// summaries are things in brief, as they were read, by where they lie.
type summaries[T any] = lru.Cache[summaryKey[T], []byte]

// summaryKey is a thing and its owner, for readers of a language.
type summaryKey[T any] struct {
	in    domain.Language
	thing *T
	owner *domain.Organisation
}

// maxSummaries is how many things in brief of a kind are kept, some seven hundred bytes each.
const maxSummaries = 16_384

// fragmentKeeper keeps what has been written of the catalogue that was asked for last.
type fragmentKeeper struct{ now atomic.Pointer[fragments] }

func (k *fragmentKeeper) of(c *domain.Catalogue) *fragments {
	if now := k.now.Load(); now != nil && now.catalogue == c {
		return now
	}
	now := &fragments{catalogue: c, competences: make(map[domain.Language]func() map[domain.CompetenceID]writtenCompetence)}
	for _, l := range domain.Spoken() {
		now.competences[l] = sync.OnceValue(func() map[domain.CompetenceID]writtenCompetence { return writtenCompetences(view{l, c}) })
	}
	now.demands, now.programmes = newSummaries[domain.Demand](), newSummaries[domain.Programme]()
	k.now.Store(now)
	return now
}

// writtenCompetence is a competence as it is written, and what it is called, without quotation marks.
type writtenCompetence struct {
	ref   []byte
	label string
}

func newWrittenCompetence(v view, id domain.CompetenceID) writtenCompetence {
	ref, err := json.Marshal(v.competence(id))
	if err != nil {
		panic(fmt.Sprintf("the competence %q: %v", id, err)) // two texts
	}
	return writtenCompetence{ref, unquoted(v.catalogue.Label(id, v.lang))}
}

func newSummaries[T any]() *summaries[T] {
	kept, err := lru.New[summaryKey[T], []byte](maxSummaries)
	if err != nil {
		panic(err) // only for none at all
	}
	return kept
}

func writtenCompetences(v view) map[domain.CompetenceID]writtenCompetence {
	all := v.catalogue.Competences()
	out := make(map[domain.CompetenceID]writtenCompetence, len(all))
	for _, c := range all {
		out[c.ID] = newWrittenCompetence(v, c.ID)
	}
	return out
}

// unquoted returns a text as it stands between quotation marks.
func unquoted(text string) string {
	body, err := json.Marshal(text)
	if err != nil {
		panic(fmt.Sprintf("the text %q: %v", text, err)) // there is none that cannot be written
	}
	return string(body[1 : len(body)-1])
}

var (
	_ gen.ListDemandMatchesResponseObject     = writtenPage{}
	_ gen.ListProgrammeMatchesResponseObject  = writtenPage{}
	_ gen.ListSimilarProgrammesResponseObject = writtenPage{}
	_ gen.MatchProgrammesResponseObject       = writtenPage{}
	_ gen.MatchDemandsResponseObject          = writtenPage{}
)
