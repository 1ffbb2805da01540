package api

import (
	"context"
	"time"

	"kopir/api/gen"
	"kopir/domain"

	"github.com/google/uuid"
	openapi_types "github.com/oapi-codegen/runtime/types"
)

// view shapes nouns for one reader: in their language, with the competences in force. Its methods are the converters
// from nouns to bodies (convert_*.go): every field is there, what is unknown is null, lists are never null.
type view struct {
	lang      domain.Language
	catalogue *domain.Catalogue
}

func (s *server) viewFor(ctx context.Context) view {
	return view{lang: languageOf(ctx), catalogue: s.Market.Catalogue()}
}

// owner reads the organisation that a thing belongs to.
func (s *server) owner(ctx context.Context, id uuid.UUID) (*domain.Organisation, error) {
	found, err := s.Lookup.Organisations(ctx, []uuid.UUID{id})
	if err != nil {
		return nil, err
	}
	if found[id] == nil {
		return nil, domain.Fail(domain.NotFound, domain.CodeNotFound) // deleted between two reads
	}
	return found[id], nil
}

// owners reads the organisations that things belong to.
func owners[T any](ctx context.Context, r Lookup, things []T, owner func(T) uuid.UUID) (map[uuid.UUID]*domain.Organisation, error) {
	seen := make(map[uuid.UUID]bool)
	var ids []uuid.UUID
	for _, t := range things {
		if id := owner(t); !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return r.Organisations(ctx, ids)
}

func (v view) text(t domain.Text) gen.Text {
	return gen.Text{Kk: known(t.KK), Ru: known(t.RU), En: known(t.EN), Display: t.In(v.lang)}
}

func (v view) textOrNull(t domain.Text) *gen.TextOrNull {
	if t.Empty() {
		return nil
	}
	out := v.text(t)
	return &out
}

// competence names a competence; one that the catalogue does not have goes by its id.
func (v view) competence(id domain.CompetenceID) gen.CompetenceRef {
	return gen.CompetenceRef{Id: string(id), Label: v.competenceLabel(string(id))}
}

func (v view) competenceLabel(id string) string {
	return v.catalogue.Label(domain.CompetenceID(id), v.lang)
}

func (v view) teller() domain.Teller { return domain.Teller{Catalogue: v.catalogue, Language: v.lang} }

func (v view) competences(ids []domain.CompetenceID) []gen.CompetenceRef {
	return mapped(ids, v.competence)
}

// known returns a pointer to what is not zero: zero means unknown, which is null.
func known[T comparable](x T) *T {
	var zero T
	if x == zero {
		return nil
	}
	return &x
}

// knownAs is known for a word of another type.
func knownAs[T, S ~string](s S) *T { return known(T(s)) }

func knownTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func date(d domain.Date) openapi_types.Date { return openapi_types.Date{Time: d.Time()} }

func knownDate(d domain.Date) *openapi_types.Date {
	if d == 0 {
		return nil
	}
	out := date(d)
	return &out
}

// mapped converts a list into one that is never nil.
func mapped[T, U any](list []T, convert func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, x := range list {
		out = append(out, convert(x))
	}
	return out
}

// words converts a list of words of one type into one of another, never nil.
func words[U, T ~string](list []T) []U {
	return mapped(list, func(x T) U { return U(x) })
}

// The ways back: what is absent or null is zero.

func said[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}

func saidDate(p *openapi_types.Date) string {
	if p == nil {
		return ""
	}
	return p.Format(time.DateOnly)
}

func saidWords[T ~string](p *[]T) []string { return words[string](said(p)) }
