package main

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kopir/data"
	"kopir/domain"
	"kopir/search/extract"
)

//go:embed testdata/sentences.jsonl testdata/judgement.tsv
var marked embed.FS

// extraction are the parts that measure finding competences in texts. What is low is not counted: it is not proposed.
func extraction() []part {
	return []part{
		{"extract-sentences", extractSentences},
		{"extract-judgement", extractJudgement},
		{"extract-strings", extractStrings},
		{"extract-skillspan", extractSkillSpan},
		{"extract-green", extractGreen},
	}
}

// extractor returns an engine of the catalogue that ships.
func extractor() (*extract.Engine, *domain.Catalogue, error) {
	c, err := data.Catalogue()
	if err != nil {
		return nil, nil, err
	}
	return extract.New(c), c, nil
}

// found returns what is proposed of a text.
func found(e *extract.Engine, text string) []domain.Mention {
	return slices.DeleteFunc(e.Find(text), func(m domain.Mention) bool { return m.Certainty() == domain.Low })
}

// sentence is a text that a person has marked. A span lists the competences that it names; any will do.
type sentence struct {
	Language domain.Language `json:"language"`
	HeldOut  bool            `json:"held_out"` // nothing was tuned by it
	Text     string          `json:"text"`
	Spans    []struct {
		Start       int                   `json:"start"` // characters
		End         int                   `json:"end"`
		Competences []domain.CompetenceID `json:"competences"`
		Level       domain.Level          `json:"level"`
		Importance  domain.Importance     `json:"importance"`
	} `json:"spans"`
}

// tally counts right and wrong.
type tally struct{ right, wrong, missed, said, heard int }

func (t *tally) precision() float64 { return share(t.right, t.right+t.wrong) }
func (t *tally) recall() float64    { return share(t.right, t.right+t.missed) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// extractSentences: a mention is right if it shares a letter with a span and is one of its competences; a span is met by
// one mention at most. Of what is right, level and importance must be as marked, nothing where nothing is said.
func extractSentences(_ context.Context, r *report) error {
	e, _, err := extractor()
	if err != nil {
		return err
	}
	content, err := marked.ReadFile("testdata/sentences.jsonl")
	if err != nil {
		return err
	}
	counts := map[string]*tally{}
	classes := map[domain.Certainty]*tally{}
	lines := bufio.NewScanner(bytes.NewReader(content))
	for lines.Scan() {
		var s sentence
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			return err
		}
		name := string(s.Language) + ", tuned by"
		if s.HeldOut {
			name = string(s.Language) + ", held out"
		}
		if counts[name] == nil {
			counts[name] = &tally{}
		}
		counts[name].count(e, &s, classes)
	}
	for _, lang := range domain.Spoken() {
		for _, name := range []string{string(lang) + ", tuned by", string(lang) + ", held out"} {
			t := counts[name]
			r.atLeast(leastPrecision, "sentences in "+name+": precision", t.precision(), "share", t.right+t.wrong)
			r.atLeast(leastRecall, "sentences in "+name+": recall", t.recall(), "share", t.right+t.missed)
			r.atLeast(leastHeard, "sentences in "+name+": level and importance as said", share(t.heard, t.said), "share", t.said)
		}
	}
	for _, class := range []domain.Certainty{domain.High, domain.Medium, domain.Low} {
		if t := classes[class]; t != nil {
			r.add("sentences: right of what is "+string(class), t.precision(), "share", t.right+t.wrong)
		}
	}
	return lines.Err()
}

// What extraction must reach on the marked sentences.
const (
	leastPrecision = 0.85
	leastRecall    = 0.75
	leastHeard     = 0.85
)

func (t *tally) count(e *extract.Engine, s *sentence, classes map[domain.Certainty]*tally) {
	met := make([]bool, len(s.Spans))
	for _, m := range e.Find(s.Text) {
		class := classes[m.Certainty()]
		if class == nil {
			class = &tally{}
			classes[m.Certainty()] = class
		}
		at := -1
		for i, span := range s.Spans {
			if !met[i] && m.Start < span.End && span.Start < m.End && slices.Contains(span.Competences, m.Competence) {
				at = i
				break
			}
		}
		low := m.Certainty() == domain.Low
		switch {
		case at < 0:
			class.wrong++
			if !low {
				t.wrong++
			}
			continue
		case low:
			class.right++
			continue
		}
		class.right++
		met[at] = true
		t.right++
		t.said++
		if m.Level == s.Spans[at].Level && m.Importance == s.Spans[at].Importance {
			t.heard++
		}
	}
	for _, ok := range met {
		if !ok {
			t.missed++
		}
	}
}

// judgement is what a person said of what was suggested for a skill of a job ad: right or wrong of a competence; of
// nothing, none-right if the catalogue has none that fits, else none-wrong.
type judgement struct{ skill, competence string }

// nothing stands where no competence was suggested.
const nothing = "-"

// mostWrong bounds the suggestions that are wrong.
const mostWrong = 0.12

// extractJudgement suggests competences for 200 skills of job ads, drawn at random, and looks up what a person said of
// each. A suggestion that nobody has judged fails the part: it must be judged first.
func extractJudgement(_ context.Context, r *report) error {
	e, _, err := extractor()
	if err != nil {
		return err
	}
	content, err := marked.ReadFile("testdata/judgement.tsv")
	if err != nil {
		return err
	}
	verdicts := map[judgement]string{}
	var skills []string
	for _, line := range strings.Split(strings.TrimSpace(string(content)), "\n")[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) < 4 {
			return fmt.Errorf("judgement.tsv: %q has too few columns", line)
		}
		verdicts[judgement{cells[1], cells[2]}] = cells[3]
		if !slices.Contains(skills, cells[1]) {
			skills = append(skills, cells[1])
		}
	}
	var t tally
	var unjudged []error
	answered := 0
	for _, skill := range skills {
		suggested := suggestions(e, skill)
		if suggested[0] != nothing {
			answered++
		}
		for _, competence := range suggested {
			verdict := verdicts[judgement{skill, competence}]
			switch verdict {
			case "":
				unjudged = append(unjudged, fmt.Errorf("judge %q as %s in judgement.tsv", skill, competence))
			case "none-wrong":
				t.missed++
			case "none-right":
			case "right":
				t.right++
			default:
				t.wrong++
			}
		}
	}
	r.atMost(mostWrong, "200 skills of job ads: wrong of what is suggested", 1-t.precision(), "share", t.right+t.wrong)
	r.add("200 skills of job ads: with a suggestion", share(answered, len(skills)), "share", len(skills))
	r.add("200 skills of job ads: nothing suggested though the catalogue has it", share(t.missed, len(skills)), "share", len(skills))
	return errors.Join(unjudged...)
}

// suggestions are the ids that are proposed for a skill, or nothing.
func suggestions(e *extract.Engine, skill string) []string {
	var out []string
	for _, m := range found(e, skill) {
		if id := string(m.Competence); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	if len(out) == 0 {
		return []string{nothing}
	}
	return out
}
