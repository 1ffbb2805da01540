package api

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"kopir/api/gen"
	"kopir/domain"
	"kopir/search"
)

func (v view) link(l domain.Link) gen.CuratedRelation {
	out := gen.CuratedRelation{
		Id: l.ID(), From: v.competence(l.From), Relation: gen.LinkRelation(l.Relation), To: v.competence(l.To), Reason: l.Reason,
		Origin: gen.RelationOriginShipped, At: l.At.UTC(),
	}
	if l.Relation == "" {
		out.Relation = gen.LinkRelationNone
	}
	if l.Curated {
		out.Origin = gen.RelationOriginAdmin
	}
	return out
}

// relationOf is what a link says.
func relationOf(r gen.LinkRelation) domain.Relation {
	if r == gen.LinkRelationNone {
		return ""
	}
	return domain.Relation(r)
}

// openFramework is the framework that somebody names; what the others lack is in kz.
func openFramework(named *string) string {
	if named == nil {
		return "kz"
	}
	return *named
}

func competenceName(n *gen.CompetenceName) domain.Text {
	if n == nil {
		return domain.Text{}
	}
	return domain.Text{KK: said(n.Kk), RU: said(n.Ru), EN: said(n.En)}
}

func saidSynonyms(s *gen.CompetenceSynonyms) domain.Synonyms {
	if s == nil {
		return domain.Synonyms{}
	}
	return domain.Synonyms{KK: said(s.Kk), RU: said(s.Ru), EN: said(s.En)}
}

// proposal shapes a proposal, with what looks alike in the catalogue while it waits.
func (s *server) proposal(ctx context.Context, p *domain.Proposal) (gen.Proposal, error) {
	v := s.viewFor(ctx)
	kk, ru, en := words[string](p.Synonyms.KK), words[string](p.Synonyms.RU), words[string](p.Synonyms.EN)
	out := gen.Proposal{
		Id: p.ID, OrganisationId: p.Organisation, Label: v.textOrNull(p.Label), Kind: knownAs[gen.CompetenceKind](p.Kind),
		Synonyms: gen.CompetenceSynonyms{Kk: &kk, Ru: &ru, En: &en}, Broader: v.competences(p.Broader), Comment: known(p.Comment),
		CreatedAt: p.CreatedAt.UTC(), Status: gen.ProposalStatus(p.Status), Reason: known(p.Reason), DecidedAt: knownTime(p.DecidedAt),
		Similar: []gen.CompetenceRef{},
	}
	if p.Competence != "" {
		of := v.competence(p.Competence)
		out.Competence = &of
	}
	if p.Status != domain.ProposalOpen {
		return out, nil
	}
	alike, err := s.alike(ctx, p)
	out.Similar = v.competences(alike)
	return out, err
}

const (
	mostAlike    = 5
	tellingWord  = 4  // letters from which a word alone may say what a name is about
	mostLookedUp = 12 // names and words
)

// alike finds what a proposal may have overlooked: competences that its names find, then those that single words of them
// find.
func (s *server) alike(ctx context.Context, p *domain.Proposal) ([]domain.CompetenceID, error) {
	var whole, single []string
	for _, l := range domain.Spoken() {
		whole = append(whole, p.Label.Exactly(l))
	}
	for _, names := range [][]string{p.Synonyms.RU, p.Synonyms.KK, p.Synonyms.EN} {
		whole = append(whole, names...)
	}
	whole = slices.DeleteFunc(whole, func(s string) bool { return s == "" })
	for _, name := range whole {
		for word := range strings.FieldsSeq(name) {
			if utf8.RuneCountInString(word) >= tellingWord {
				single = append(single, word)
			}
		}
	}
	var found []domain.CompetenceID
	seen := map[domain.CompetenceID]bool{p.Competence: true}
	texts := slices.Concat(whole, single)
	for _, text := range texts[:min(mostLookedUp, len(texts))] {
		hits, _, err := s.Index.Competences(ctx, search.CompetenceQuery{Words: text, Language: languageOf(ctx), Limit: mostAlike})
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			if !seen[h.ID] {
				seen[h.ID] = true
				found = append(found, h.ID)
			}
			if len(found) == mostAlike {
				return found, nil
			}
		}
	}
	return found, nil
}
