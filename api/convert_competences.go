package api

import (
	"strings"

	"kopir/api/gen"
	"kopir/domain"
)

func (v view) framework(f domain.Framework, size int) gen.Framework {
	return gen.Framework{
		Id: string(f.ID), Name: f.Name.In(v.lang), Version: f.Version, Uri: known(f.URL), Attribution: f.Attribution.In(v.lang),
		Competences: size,
		Levels: mapped(f.Levels, func(l domain.FrameworkLevel) gen.FrameworkLevel {
			return gen.FrameworkLevel{Code: l.Code, Label: l.Name.In(v.lang), Level: int(l.Level)}
		}),
	}
}

func (v view) competenceWhole(c domain.Competence) gen.Competence {
	out := gen.Competence{
		Id: string(c.ID), Framework: string(c.Framework), Code: c.Code, Uri: known(c.URI), Kind: gen.CompetenceKind(c.Kind),
		Label: c.Label.In(v.lang), Labels: v.text(c.Label), Synonyms: v.synonyms(c.Synonyms), Area: v.area(c),
		Broader: v.competences(c.Broader), Narrower: v.competences(v.catalogue.Narrower(c.ID)),
		Equivalents: append(v.equivalents(gen.CompetenceRelationExact, c.Exact), v.equivalents(gen.CompetenceRelationClose, c.Close)...),
		Deprecated:  !c.InUse(),
	}
	if c.ReplacedBy != "" {
		by := v.competence(c.ReplacedBy)
		out.ReplacedBy = &by
	}
	return out
}

// area returns the heading above a competence; its code is the part before the first point of the competence's own, in
// DigComp ("1" of "1.2") as in e-CF ("B" of "B.1").
func (v view) area(c domain.Competence) *gen.CompetenceArea {
	if c.Area.Empty() {
		return nil
	}
	code, _, _ := strings.Cut(c.Code, ".")
	return &gen.CompetenceArea{Code: code, Label: c.Area.In(v.lang)}
}

func (v view) synonyms(s domain.Synonyms) []string {
	switch v.lang {
	case domain.Kazakh:
		return words[string](s.KK)
	case domain.English:
		return words[string](s.EN)
	default:
		return words[string](s.RU)
	}
}

func (v view) equivalents(relation gen.CompetenceRelation, ids []domain.CompetenceID) []gen.CompetenceEquivalent {
	return mapped(ids, func(id domain.CompetenceID) gen.CompetenceEquivalent {
		return gen.CompetenceEquivalent{Competence: v.competence(id), Relation: relation}
	})
}
