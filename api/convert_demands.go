package api

import (
	"kopir/api/gen"
	"kopir/domain"

	"github.com/google/uuid"
)

func demandForm(b gen.DemandInput) domain.DemandForm {
	form := domain.DemandForm{
		Title: domain.Text{KK: said(b.Title.Kk), RU: said(b.Title.Ru), EN: said(b.Title.En)}, Description: descriptionOf(b.Description),
		Kind: string(said(b.Kind)), Occupation: said(b.Occupation), Sector: said(b.Sector), Region: string(said(b.Region)),
		WorkMode: string(said(b.WorkMode)), Openings: said(b.Openings), Languages: said(b.Languages),
		ValidThrough: saidDate(b.ValidThrough), Requirements: requirementForms(said(b.Requirements)),
	}
	if b.Salary != nil {
		form.Salary = &domain.SalaryForm{Min: said(b.Salary.Min), Max: said(b.Salary.Max), Currency: b.Salary.Currency}
	}
	return form
}

func requirementForms(list []gen.RequirementInput) []domain.RequirementForm {
	return mapped(list, func(r gen.RequirementInput) domain.RequirementForm {
		return domain.RequirementForm{
			Competence: r.CompetenceId, Level: r.Level, LevelSource: string(said(r.LevelSource)), Importance: string(r.Importance),
		}
	})
}

func descriptionOf(d *gen.Description) domain.Text {
	if d == nil {
		return domain.Text{}
	}
	return domain.Text{KK: said(d.Kk), RU: said(d.Ru), EN: said(d.En)}
}

// demandInput writes a demand down as its owner would have: what a patch is merged onto.
func demandInput(d *domain.Demand) gen.DemandInput {
	languages := words[gen.LanguageTag](d.Languages)
	requirements := mapped(d.Requirements, requirementInput)
	return gen.DemandInput{
		OrganisationId: d.OrganisationID,
		Title:          titleInput(d.Title),
		Description:    descriptionInput(d.Description),
		Kind:           knownAs[gen.DemandKind](d.Kind), Occupation: knownAs[string](d.Occupation), Sector: knownAs[string](d.Sector),
		Region: knownAs[gen.Region](d.Region), WorkMode: knownAs[gen.WorkMode](d.WorkMode), Openings: known(d.Openings),
		Languages: &languages, Salary: salaryInput(d.Salary), ValidThrough: knownDate(d.ValidThrough), Requirements: &requirements,
	}
}

func requirementInput(r domain.Requirement) gen.RequirementInput {
	return gen.RequirementInput{
		CompetenceId: string(r.Competence), Level: int(r.Level), Importance: gen.Importance(r.Importance),
		LevelSource: knownAs[gen.LevelSource](r.Source),
	}
}

func titleInput(t domain.Text) gen.Title {
	return gen.Title{Kk: known(t.KK), Ru: known(t.RU), En: known(t.EN)}
}

func descriptionInput(t domain.Text) *gen.Description {
	if t.Empty() {
		return nil
	}
	return &gen.Description{Kk: known(t.KK), Ru: known(t.RU), En: known(t.EN)}
}

func salaryInput(s *domain.Salary) *gen.SalaryInput {
	if s == nil {
		return nil
	}
	return &gen.SalaryInput{Min: known(s.Min), Max: known(s.Max), Currency: string(s.Currency)}
}

func salary(s *domain.Salary) *gen.Salary {
	if s == nil {
		return nil
	}
	return &gen.Salary{Min: known(s.Min), Max: known(s.Max), Currency: string(s.Currency)}
}

func (v view) demand(d *domain.Demand, owner *domain.Organisation) gen.Demand {
	return gen.Demand{
		Id: d.ID, Organisation: v.organisationRef(owner), Title: v.text(d.Title), Description: v.textOrNull(d.Description),
		Kind: knownAs[gen.DemandKind](d.Kind), Occupation: knownAs[string](d.Occupation), Sector: knownAs[string](d.Sector),
		Region: knownAs[gen.Region](d.Region), WorkMode: knownAs[gen.WorkMode](d.WorkMode), Openings: known(d.Openings),
		Languages: words[gen.LanguageTag](d.Languages), Salary: salary(d.Salary), ValidThrough: knownDate(d.ValidThrough),
		Requirements: mapped(d.Requirements, v.requirement),
		Status:       gen.DemandStatus(d.Status), ClosedBecause: knownAs[gen.ClosedBecause](d.ClosedBecause),
		PublishedAt: knownTime(d.PublishedAt), ClosedAt: knownTime(d.ClosedAt),
		CreatedAt: d.CreatedAt.UTC(), UpdatedAt: d.UpdatedAt.UTC(), Version: int64(d.Version), Source: importSource(d.Source),
		Hidden: hiding(d.Hidden),
	}
}

func (v view) demandSummary(d *domain.Demand, owner *domain.Organisation) gen.DemandSummary {
	return gen.DemandSummary{
		Id: d.ID, Title: v.text(d.Title), Organisation: v.organisationRef(owner), Kind: knownAs[gen.DemandKind](d.Kind),
		Region: knownAs[gen.Region](d.Region), WorkMode: knownAs[gen.WorkMode](d.WorkMode), Openings: known(d.Openings),
		ValidThrough: knownDate(d.ValidThrough),
	}
}

// demands shapes a list; one whose owner is gone meanwhile is left out.
func (v view) demands(list []*domain.Demand, owners map[uuid.UUID]*domain.Organisation) []gen.Demand {
	out := make([]gen.Demand, 0, len(list))
	for _, d := range list {
		if owner := owners[d.OrganisationID]; owner != nil {
			out = append(out, v.demand(d, owner))
		}
	}
	return out
}

func (v view) requirement(r domain.Requirement) gen.Requirement {
	return gen.Requirement{
		Competence: v.competence(r.Competence), Level: int(r.Level), LevelSource: gen.LevelSource(r.Source),
		Importance: gen.Importance(r.Importance),
	}
}

func hiding(h *domain.Hiding) *gen.Hiding {
	if h == nil {
		return nil
	}
	return &gen.Hiding{Reason: h.Reason, At: h.At.UTC()}
}

func importSource(s *domain.Source) *gen.ImportSource {
	if s == nil {
		return nil
	}
	return &gen.ImportSource{Name: s.Name, Reference: s.Reference, Url: known(s.URL)}
}
