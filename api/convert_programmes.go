package api

import (
	"kopir/api/gen"
	"kopir/domain"

	"github.com/google/uuid"
)

func programmeForm(b gen.ProgrammeInput) domain.ProgrammeForm {
	form := domain.ProgrammeForm{
		Title: domain.Text{KK: said(b.Title.Kk), RU: said(b.Title.Ru), EN: said(b.Title.En)}, Description: descriptionOf(b.Description),
		Kind: string(said(b.Kind)), Mode: string(said(b.Mode)), Languages: said(b.Languages), Regions: saidWords(b.Regions),
		Funding: saidWords(b.Funding), Segments: saidWords(b.Segments), Sectors: said(b.Sectors),
		Weeks: said(b.Weeks), Hours: said(b.Hours), ECTS: said(b.Ects), NQFLevel: said(b.NqfLevel), URL: said(b.Url),
		Outcomes: outcomeForms(said(b.Outcomes)), Prerequisites: outcomeForms(said(b.Prerequisites)),
		Intakes: mapped(said(b.Intakes), intakeForm),
	}
	if b.Price != nil {
		form.Price = &domain.MoneyForm{Amount: b.Price.Amount, Currency: b.Price.Currency}
	}
	return form
}

func outcomeForms(list []gen.CompetenceLevelInput) []domain.OutcomeForm {
	return mapped(list, func(o gen.CompetenceLevelInput) domain.OutcomeForm {
		return domain.OutcomeForm{Competence: o.CompetenceId, Level: o.Level, LevelSource: string(said(o.LevelSource))}
	})
}

func intakeForm(in gen.IntakeInput) domain.IntakeForm {
	return domain.IntakeForm{
		StartsOn: saidDate(&in.StartsOn), EndsOn: saidDate(in.EndsOn), ApplyBy: saidDate(in.ApplyBy),
		Seats: said(in.Seats), Region: string(said(in.Region)),
	}
}

// programmeInput writes a programme down as its owner would have: what a patch is merged onto.
func programmeInput(p *domain.Programme) gen.ProgrammeInput {
	languages, regions := words[gen.LanguageTag](p.Languages), words[gen.Region](p.Regions)
	funding, segments := words[gen.Funding](p.Funding), words[gen.Segment](p.Segments)
	sectors, intakes := words[gen.Sector](p.Sectors), mapped(p.Intakes, intakeInput)
	outcomes, prerequisites := mapped(p.Outcomes, outcomeInput), mapped(p.Prerequisites, outcomeInput)
	return gen.ProgrammeInput{
		OrganisationId: p.OrganisationID,
		Title:          gen.Title{Kk: known(p.Title.KK), Ru: known(p.Title.RU), En: known(p.Title.EN)},
		Description:    descriptionInput(p.Description),
		Kind:           knownAs[gen.ProgrammeKind](p.Kind), Mode: knownAs[gen.ProgrammeMode](p.Mode),
		Languages: &languages, Regions: &regions, Funding: &funding, Segments: &segments, Sectors: &sectors,
		Weeks: known(p.Weeks), Hours: known(p.Hours), Ects: known(p.ECTS), NqfLevel: known(int(p.NQFLevel)), Price: price(p.Price),
		Url: known(p.URL), Outcomes: &outcomes, Prerequisites: &prerequisites, Intakes: &intakes,
	}
}

func outcomeInput(o domain.Outcome) gen.CompetenceLevelInput {
	return gen.CompetenceLevelInput{
		CompetenceId: string(o.Competence), Level: int(o.Level), LevelSource: knownAs[gen.LevelSource](o.Source),
	}
}

func intakeInput(in domain.Intake) gen.IntakeInput { return gen.IntakeInput(intake(in)) }

func intake(in domain.Intake) gen.Intake {
	return gen.Intake{
		StartsOn: date(in.StartsOn), EndsOn: knownDate(in.EndsOn), ApplyBy: knownDate(in.ApplyBy),
		Seats: known(in.Seats), Region: knownAs[gen.Region](in.Region),
	}
}

func price(m *domain.Money) *gen.Price {
	if m == nil {
		return nil
	}
	return &gen.Price{Amount: m.Amount, Currency: string(m.Currency)}
}

func (v view) programme(p *domain.Programme, owner *domain.Organisation) gen.Programme {
	return gen.Programme{
		Id: p.ID, Organisation: v.organisationRef(owner), Title: v.text(p.Title), Description: v.textOrNull(p.Description),
		Kind: knownAs[gen.ProgrammeKind](p.Kind), Mode: knownAs[gen.ProgrammeMode](p.Mode),
		Languages: words[gen.LanguageTag](p.Languages), Regions: words[gen.Region](p.Regions), Funding: words[gen.Funding](p.Funding),
		Segments: words[gen.Segment](p.Segments), Sectors: words[gen.Sector](p.Sectors),
		Weeks: known(p.Weeks), Hours: known(p.Hours), Ects: known(p.ECTS), NqfLevel: known(int(p.NQFLevel)), Price: price(p.Price),
		Url: known(p.URL), Outcomes: mapped(p.Outcomes, v.outcome), Prerequisites: mapped(p.Prerequisites, v.outcome),
		Intakes: mapped(p.Intakes, intake),
		Status:  gen.ProgrammeStatus(p.Status), PublishedAt: knownTime(p.PublishedAt), ArchivedAt: knownTime(p.ArchivedAt),
		CreatedAt: p.CreatedAt.UTC(), UpdatedAt: p.UpdatedAt.UTC(), Version: int64(p.Version), Source: importSource(p.Source),
		Hidden: hiding(p.Hidden),
	}
}

func (v view) programmeSummary(p *domain.Programme, owner *domain.Organisation) gen.ProgrammeSummary {
	return gen.ProgrammeSummary{
		Id: p.ID, Title: v.text(p.Title), Organisation: v.organisationRef(owner), Kind: knownAs[gen.ProgrammeKind](p.Kind),
		Mode: knownAs[gen.ProgrammeMode](p.Mode), Languages: words[gen.LanguageTag](p.Languages), Regions: words[gen.Region](p.Regions),
		Weeks: known(p.Weeks), Price: price(p.Price), Funding: words[gen.Funding](p.Funding), Url: known(p.URL),
	}
}

// programmes shapes a list; one whose owner is gone meanwhile is left out.
func (v view) programmes(list []*domain.Programme, owners map[uuid.UUID]*domain.Organisation) []gen.Programme {
	out := make([]gen.Programme, 0, len(list))
	for _, p := range list {
		if owner := owners[p.OrganisationID]; owner != nil {
			out = append(out, v.programme(p, owner))
		}
	}
	return out
}

func (v view) outcome(o domain.Outcome) gen.CompetenceLevel {
	return gen.CompetenceLevel{Competence: v.competence(o.Competence), Level: int(o.Level), LevelSource: gen.LevelSource(o.Source)}
}
