package api

import (
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
type writtenPage struct{ body *[]byte }

// rooms are where pages are written: some hundred kilobytes each.
var rooms = sync.Pool{New: func() any { return new(make([]byte, 0, 1<<16)) }}

func (p writtenPage) visit(w http.ResponseWriter) error {
	defer rooms.Put(p.body)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(*p.body)))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(*p.body)
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
		w.summary(m.Programme, m.Organisation, func() any { return w.programmeSummary(m.Programme, m.Organisation) })
		w.text(`,"sentence":`).value(w.teller().Programme(m))
	})
}

// demandMatches writes a page.
func (s *server) demandMatches(ctx context.Context, m domain.DemandMatches) (writtenPage, error) {
	w := s.matchWriter(ctx)
	return writePage(ctx, s, &w, m, func(m domain.DemandMatch) {
		w.score(m.Score).text(`,"demand":`)
		w.summary(m.Demand, m.Organisation, func() any { return w.demandSummary(m.Demand, m.Organisation) })
		w.lines(m.Lines).counts(m.Score).text(`,"sentence":`).value(w.teller().Demand(m))
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
	*w.room = w.out
	return writtenPage{w.room}, nil
}

// matchWriter writes matches for one reader. The first error stays.
type matchWriter struct {
	view
	refs map[domain.CompetenceID][]byte // what the catalogue has
	kept *fragments
	room *[]byte
	out  []byte
	err  error
}

func (s *server) matchWriter(ctx context.Context) matchWriter {
	w := matchWriter{view: s.viewFor(ctx), room: rooms.Get().(*[]byte)}
	w.out, w.kept = (*w.room)[:0], s.fragments.of(w.catalogue)
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
func (w *matchWriter) summary(thing any, owner *domain.Organisation, shape func() any) {
	key := summaryKey{w.lang, thing, owner}
	body, known := w.kept.summaries.Get(key)
	if !known {
		begin := len(w.out)
		w.value(shape())
		w.kept.summaries.Add(key, slices.Clone(w.out[begin:]))
		return
	}
	w.out = append(w.out, body...)
}

func (w *matchWriter) competence(id domain.CompetenceID) {
	body, known := w.refs[id]
	if !known {
		body = writtenCompetence(w.view, id)
	}
	w.out = append(w.out, body...)
}

// tenThousandths writes a share for display.
func (w *matchWriter) tenThousandths(x float64) *matchWriter {
	w.out = strconv.AppendFloat(w.out, x, 'f', -1, 64)
	return w
}

func (w *matchWriter) score(s domain.Score) *matchWriter {
	return w.text(`"coverage":`).tenThousandths(s.Coverage())
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
		w.line(&list[i])
	}
	return w.text(`]`)
}

func (w *matchWriter) line(l *domain.Line) {
	w.text(`{"competence":`).competence(l.Requirement.Competence)
	w.text(`,"credit":`).tenThousandths(credit(l.Credit))
	word(w.text(`,"importance":`), l.Requirement.Importance)
	w.offered(l)
	w.text(`,"points":`).number(l.Points).text(`,"required_level":`).number(int64(l.Requirement.Level))
	word(w.text(`,"required_source":`), l.Requirement.Source)
	if l.Relation == "" {
		w.text(`,"via":null}`)
		return
	}
	w.text(`,"via":{"competence":`).competence(l.By.Competence)
	word(w.text(`,"relation":`), l.Relation).text(`}}`)
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
	competences map[domain.Language]func() map[domain.CompetenceID][]byte
	summaries   *lru.Cache[summaryKey, []byte]
}

// summaryKey is a thing as it was read, by where it lies, for readers of a language.
type summaryKey struct {
	in    domain.Language
	thing any // *domain.Demand or *domain.Programme
	owner *domain.Organisation
}

// maxSummaries is how many things in brief are kept, some seven hundred bytes each.
const maxSummaries = 16_384

// fragmentKeeper keeps what has been written of the catalogue that was asked for last.
type fragmentKeeper struct{ now atomic.Pointer[fragments] }

func (k *fragmentKeeper) of(c *domain.Catalogue) *fragments {
	if now := k.now.Load(); now != nil && now.catalogue == c {
		return now
	}
	now := &fragments{catalogue: c, competences: make(map[domain.Language]func() map[domain.CompetenceID][]byte)}
	for _, l := range domain.Spoken() {
		now.competences[l] = sync.OnceValue(func() map[domain.CompetenceID][]byte { return writtenCompetences(view{l, c}) })
	}
	var err error
	if now.summaries, err = lru.New[summaryKey, []byte](maxSummaries); err != nil {
		panic(err) // only for none at all
	}
	k.now.Store(now)
	return now
}

func writtenCompetences(v view) map[domain.CompetenceID][]byte {
	all := v.catalogue.Competences()
	out := make(map[domain.CompetenceID][]byte, len(all))
	for _, c := range all {
		out[c.ID] = writtenCompetence(v, c.ID)
	}
	return out
}

func writtenCompetence(v view, id domain.CompetenceID) []byte {
	body, err := json.Marshal(v.competence(id))
	if err != nil {
		panic(fmt.Sprintf("the competence %q: %v", id, err)) // two texts
	}
	return body
}

var (
	_ gen.ListDemandMatchesResponseObject     = writtenPage{}
	_ gen.ListProgrammeMatchesResponseObject  = writtenPage{}
	_ gen.ListSimilarProgrammesResponseObject = writtenPage{}
	_ gen.MatchProgrammesResponseObject       = writtenPage{}
	_ gen.MatchDemandsResponseObject          = writtenPage{}
)
