package domain

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Namer finds the competences that texts name.
type Namer interface {
	// Find returns the mentions of a text in its order, none within another.
	Find(text string) []Mention
	// Key returns words as what people say of them is remembered.
	Key(words string) string
	// Language returns the language that most of a text is written in; "" if it has none of ours.
	Language(text string) Language
}

// Levels that are assumed where a text says none.
const (
	AssumedOfDemand    Level = 4
	AssumedOfProgramme Level = 3
)

// Limits of what is said of mentions: verdicts at once, characters of the words.
const (
	MaxVerdicts = 200
	MaxMention  = 200
)

// Verdict is whether words name a competence, as somebody says.
type Verdict struct {
	Naming
	Confirmed bool
}

// VerdictForm is a verdict as written.
type VerdictForm struct {
	Words      string
	Competence string
	Confirmed  bool
}

// Naming is words and a competence that they may name.
type Naming struct {
	Key        string
	Competence CompetenceID
}

// Repute is what verified organisations say of a naming, each with one voice.
type Repute struct {
	Organisations int
	Confirming    float64 // their voices; of one that has said both, a part
}

// priorVoices is how many organisations the engine's own confidence counts for: the smoothing of Laplace, with the engine
// in the place of an even chance.
const priorVoices = 2

// of returns a confidence as it is with what is said: the share of voices for it, the engine's own among them.
func (r Repute) of(confidence float64) float64 {
	return (priorVoices*confidence + r.Confirming) / float64(priorVoices+r.Organisations)
}

// Extraction are the verbs that read texts for competences, and remember what people say of what was found.
type Extraction struct {
	store     Store
	catalogue func() *Catalogue
	namer     Namer
	clock     func() time.Time
}

// NewExtraction returns the verbs.
func NewExtraction(store Store, catalogue func() *Catalogue, namer Namer, clock func() time.Time) *Extraction {
	return &Extraction{store, catalogue, namer, clock}
}

// Extract is what a text names.
type Extract struct {
	Language Language // "" if it is written in none of ours
	Mentions []Mention
}

// Read finds the competences that a text names. What people said of the same words before counts; what they reject falls
// to low, and is left out in the end.
func (x *Extraction) Read(ctx context.Context, text string) (Extract, error) {
	e := Extract{Language: x.namer.Language(text), Mentions: x.namer.Find(text)}
	keys := make([]string, len(e.Mentions))
	for i, m := range e.Mentions {
		keys[i] = m.Key
	}
	reputes, err := x.store.Reputes(ctx, keys)
	if err != nil {
		return Extract{}, err
	}
	kept := e.Mentions[:0]
	for _, m := range e.Mentions {
		m.Confidence = reputes[Naming{m.Key, m.Competence}].of(m.Confidence)
		if m.Confidence >= ShownFrom {
			kept = append(kept, m)
		}
	}
	e.Mentions = kept
	return e, nil
}

// Requirements proposes what a demand may ask for: each competence that is more than low once, with the highest level and
// the greatest importance that the text says of it.
func (e Extract) Requirements() []Requirement {
	var out []Requirement
	for _, m := range e.proposed(MaxRequirements) {
		r := Requirement{Competence: m.Competence, Level: m.Level, Source: Inferred, Importance: m.Importance}
		if r.Level == 0 {
			r.Level, r.Source = AssumedOfDemand, Assumed
		}
		if r.Importance == "" {
			r.Importance = Should
		}
		out = append(out, r)
	}
	return out
}

// Outcomes proposes what a programme may teach, as Requirements does.
func (e Extract) Outcomes() []Outcome {
	var out []Outcome
	for _, m := range e.proposed(MaxOutcomes) {
		o := Outcome{Competence: m.Competence, Level: m.Level, Source: Inferred}
		if o.Level == 0 {
			o.Level, o.Source = AssumedOfProgramme, Assumed
		}
		out = append(out, o)
	}
	return out
}

// proposed joins the mentions of each competence, in the order of the first.
func (e Extract) proposed(most int) []Mention {
	var out []Mention
	for _, m := range e.Mentions {
		if m.Certainty() == Low {
			continue
		}
		i := slices.IndexFunc(out, func(o Mention) bool { return o.Competence == m.Competence })
		if i < 0 {
			if len(out) < most {
				out = append(out, m)
			}
			continue
		}
		out[i].Level = max(out[i].Level, m.Level)
		if said := out[i].Importance; said == "" || m.Importance != "" && m.Importance.Weight() > said.Weight() {
			out[i].Importance = m.Importance
		}
	}
	return out
}

// Draft makes a title and a description of a text, in its language: the first line, and all of it. What does not fit is cut
// behind a word. A text in none of our languages is taken for Russian.
func (e Extract) Draft(text string) (title, description Text) {
	text = strings.TrimSpace(text)
	first, _, _ := strings.Cut(text, "\n")
	in := func(s string) Text {
		switch e.Language {
		case Kazakh:
			return Text{KK: s}
		case English:
			return Text{EN: s}
		default:
			return Text{RU: s}
		}
	}
	return in(fitting(strings.TrimSpace(first), MaxTitle)), in(fitting(text, MaxDescription))
}

// fitting cuts a text to most characters, behind a word where there is one.
func fitting(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	cut := string([]rune(s)[:most])
	if space := strings.LastIndexAny(cut, " \n\t"); space > 0 {
		cut = cut[:space]
	}
	return strings.TrimSpace(cut)
}

// Judge remembers what an organisation's people say of what was found in their texts. It returns Unauthenticated for a
// visitor, Forbidden unless the actor writes for the organisation, Invalid with every fault of the forms.
func (x *Extraction) Judge(ctx context.Context, a Actor, organisation uuid.UUID, forms []VerdictForm) error {
	return x.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := mayWriteFor(ctx, tx, a, organisation, DemandsWrite); err != nil {
			return err
		}
		verdicts, err := x.parse(forms)
		if err != nil {
			return err
		}
		now := stored(x.clock())
		if err := tx.SaveVerdicts(ctx, organisation, verdicts, now); err != nil {
			return err
		}
		return record(ctx, tx, a, now, Deed{
			Kind: DeedMentionsJudged, SubjectKind: SubjectOrganisation, Subject: organisation, Organisation: organisation,
		})
	})
}

// parse reads verdicts. Words without any that can be remembered are a fault, as are two verdicts on the same.
func (x *Extraction) parse(forms []VerdictForm) ([]Verdict, error) {
	var f Faults
	if len(forms) > MaxVerdicts {
		f.Add("/verdicts", CodeTooMany, MaxVerdicts)
		return nil, f.Err()
	}
	seen := make(map[Naming]bool, len(forms))
	out := make([]Verdict, 0, len(forms))
	for i, form := range forms {
		at := pointer("/verdicts", i)
		words := requiredText(&f, at+"/text", form.Words, MaxMention, false)
		id, err := x.catalogue().resolve(form.Competence)
		ok := f.Check(at+"/competence_id", err)
		n := Naming{x.namer.Key(words), id}
		switch {
		case words != "" && (n.Key == "" || utf8.RuneCountInString(n.Key) > 2*MaxMention):
			f.Add(at+"/text", CodeMalformed)
		case ok && words != "" && seen[n]:
			f.Add(at, CodeDuplicate, words)
		}
		seen[n] = true
		out = append(out, Verdict{n, form.Confirmed})
	}
	return out, f.Err()
}
