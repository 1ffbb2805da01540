package api

import (
	"context"
	"math"

	"kopir/api/gen"
	"kopir/domain"
)

// ExtractCompetences finds the competences that a text names.
func (s *server) ExtractCompetences(ctx context.Context, r gen.ExtractCompetencesRequestObject) (gen.ExtractCompetencesResponseObject, error) {
	e, err := s.Extraction.Read(ctx, r.Body.Text)
	if err != nil {
		return nil, err
	}
	out := gen.ExtractCompetences200JSONResponse{
		Language: knownAs[gen.TextLanguageOrNull](e.Language), Mentions: mapped(e.Mentions, s.viewFor(ctx).mention),
		Requirements: []gen.RequirementInput{}, Outcomes: []gen.CompetenceLevelInput{},
	}
	if said(r.Body.Kind) == gen.ExtractionInputKindProgramme {
		out.Outcomes = mapped(e.Outcomes(), outcomeInput)
	} else {
		out.Requirements = mapped(e.Requirements(), requirementInput)
	}
	return out, nil
}

// JudgeMentions counts what an organisation's people say of what was found.
func (s *server) JudgeMentions(ctx context.Context, r gen.JudgeMentionsRequestObject) (gen.JudgeMentionsResponseObject, error) {
	forms := mapped(r.Body.Verdicts, func(v gen.MentionVerdict) domain.VerdictForm {
		return domain.VerdictForm{Words: v.Text, Competence: v.CompetenceId, Confirmed: v.Verdict == gen.MentionVerdictVerdictConfirmed}
	})
	if err := s.Extraction.Judge(ctx, actorOf(ctx), r.Body.OrganisationId, forms); err != nil {
		return nil, err
	}
	return gen.JudgeMentions204Response{}, nil
}

// DraftDemandFromText proposes a demand from a job ad.
func (s *server) DraftDemandFromText(ctx context.Context, r gen.DraftDemandFromTextRequestObject) (gen.DraftDemandFromTextResponseObject, error) {
	e, err := s.Extraction.Read(ctx, r.Body.Text)
	title, description := e.Draft(r.Body.Text)
	return gen.DraftDemandFromText200JSONResponse{
		Body: gen.DemandDraftBody{
			Title: titleInput(title), Description: descriptionInput(description), Requirements: mapped(e.Requirements(), requirementInput),
		},
		Language: knownAs[gen.TextLanguageOrNull](e.Language), Mentions: mapped(e.Mentions, s.viewFor(ctx).mention),
	}, err
}

// DraftProgrammeFromText proposes a programme from a syllabus.
func (s *server) DraftProgrammeFromText(ctx context.Context, r gen.DraftProgrammeFromTextRequestObject) (gen.DraftProgrammeFromTextResponseObject, error) {
	e, err := s.Extraction.Read(ctx, r.Body.Text)
	title, description := e.Draft(r.Body.Text)
	return gen.DraftProgrammeFromText200JSONResponse{
		Body: gen.ProgrammeDraftBody{
			Title: titleInput(title), Description: descriptionInput(description), Outcomes: mapped(e.Outcomes(), outcomeInput),
		},
		Language: knownAs[gen.TextLanguageOrNull](e.Language), Mentions: mapped(e.Mentions, s.viewFor(ctx).mention),
	}, err
}

func (v view) mention(m domain.Mention) gen.Mention {
	return gen.Mention{
		Start: m.Start, End: m.End, Text: m.Words, Competence: v.competence(m.Competence), Confidence: rounded(m.Confidence),
		Certainty: gen.Certainty(m.Certainty()), Level: known(int(m.Level)), Importance: knownAs[gen.Importance](m.Importance),
		Alternatives: v.competences(m.Others),
	}
}

// rounded is a share as it is shown: with four decimals, rounded down.
func rounded(x float64) float32 { return float32(math.Floor(x*10_000) / 10_000) }
