package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"html"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"kopir/domain"
	"kopir/search/extract"
	"kopir/search/words"
)

// extractStrings says how many of the skills of real job ads are understood: something is proposed for them.
func extractStrings(_ context.Context, r *report) error {
	path, err := r.shared("demands/skill2vec_ict_ads.csv")
	if err != nil {
		return err
	}
	e, _, err := extractor()
	if err != nil {
		return err
	}
	occurrences := map[string]int{}
	err = eachRow(path, func(row []string) {
		for skill := range strings.SplitSeq(row[1], "|") {
			if skill = strings.ToLower(strings.TrimSpace(html.UnescapeString(skill))); skill != "" {
				occurrences[skill]++
			}
		}
	})
	understood, all, times := 0, 0, 0
	for skill, n := range occurrences {
		all += n
		if len(found(e, skill)) > 0 {
			understood++
			times += n
		}
	}
	r.add("skills of 7,389 job ads: understood, of distinct ones", share(understood, len(occurrences)), "share", len(occurrences))
	r.add("skills of 7,389 job ads: understood, of all", share(times, all), "share", all)
	return err
}

// eachRow reads a CSV file without its heading.
func eachRow(path string, yield func(row []string)) error {
	f, err := os.Open(path) //nolint:gosec // a file of the data that the caller names
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	rows := csv.NewReader(bufio.NewReader(f))
	rows.FieldsPerRecord = -1
	for first := true; ; first = false {
		row, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case !first:
			yield(row)
		}
	}
}

// spans collects the words of sentences with the stretches that somebody marked.
type spans struct {
	engine  *extract.Engine
	known   map[string]bool // keys of all names
	text    strings.Builder
	length  int // characters
	marks   []mark
	open    bool
	overall tally // right and wrong mentions; spans that were missed, and met
	met     int
	named   int // spans whose words are a name of the catalogue
	namedOK int
}

type mark struct {
	start, end int
	counts     bool // technology and knowledge; else a mention there is not wrong, and nothing more
}

func newSpans() (*spans, error) {
	e, c, err := extractor()
	if err != nil {
		return nil, err
	}
	s := &spans{engine: e, known: map[string]bool{}}
	for _, k := range c.Competences() {
		names := append([]string{k.Label.KK, k.Label.RU, k.Label.EN}, k.Synonyms.KK...)
		for _, name := range append(append(names, k.Synonyms.RU...), k.Synonyms.EN...) {
			core, _, _ := strings.Cut(name, " (")
			s.known[words.Key(core)] = true
		}
	}
	return s, nil
}

// word adds a word; tag is B, I or O, as in a sequence of tags.
func (s *spans) word(word string, tag byte, counts bool) {
	if s.length > 0 {
		s.text.WriteByte(' ')
		s.length++
	}
	start := s.length
	s.text.WriteString(word)
	s.length += utf8.RuneCountInString(word)
	switch {
	case tag == 'O':
	case tag == 'B' || !s.open:
		s.marks = append(s.marks, mark{start, s.length, counts})
	default:
		s.marks[len(s.marks)-1].end = s.length
	}
	s.open = tag != 'O'
}

// sentence ends a sentence and counts it. A mention is right if it shares a letter with any span, a span is met if a mention shares
// a letter with it; which competence it is was not marked.
func (s *spans) sentence() {
	text := s.text.String()
	mentions := found(s.engine, text)
	touches := func(m domain.Mention, k mark) bool { return m.Start < k.end && k.start < m.End }
	for _, m := range mentions {
		right := false
		for _, k := range s.marks {
			right = right || touches(m, k)
		}
		if right {
			s.overall.right++
		} else {
			s.overall.wrong++
		}
	}
	runes := []rune(text)
	for _, k := range s.marks {
		if !k.counts {
			continue
		}
		met := false
		for _, m := range mentions {
			met = met || touches(m, k)
		}
		named := s.known[words.Key(string(runes[k.start:k.end]))]
		s.overall.missed++
		if named {
			s.named++
		}
		if met {
			s.overall.missed--
			s.met++
			if named {
				s.namedOK++
			}
		}
	}
	s.text.Reset()
	s.length, s.marks, s.open = 0, nil, false
}

func (s *spans) report(r *report, name string) {
	r.add(name+": precision", s.overall.precision(), "share", s.overall.right+s.overall.wrong)
	r.add(name+": recall", share(s.met, s.met+s.overall.missed), "share", s.met+s.overall.missed)
	r.add(name+": recall of spans that are a name in the catalogue", share(s.namedOK, s.named), "share", s.named)
}

// extractSkillSpan asks for the knowledge spans of SkillSpan (technologies among them), whose texts are English; a mention
// in a skill span is not wrong. What was tuned was tuned by train; dev is what is reported of.
func extractSkillSpan(_ context.Context, r *report) error {
	for _, part := range []string{"train", "dev"} {
		path, err := r.shared("text/skillspan_" + part + ".jsonl.gz")
		if err != nil {
			return err
		}
		s, err := newSpans()
		if err != nil {
			return err
		}
		if err := s.readSkillSpan(path); err != nil {
			return err
		}
		s.report(r, "SkillSpan "+part)
	}
	return nil
}

func (s *spans) readSkillSpan(path string) error {
	f, err := os.Open(path) //nolint:gosec // a file of the data that the caller names
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	lines := json.NewDecoder(unzipped)
	for lines.More() {
		var row struct {
			Tokens    []string `json:"tokens"`
			Skill     []string `json:"tags_skill"`
			Knowledge []string `json:"tags_knowledge"`
		}
		if err := lines.Decode(&row); err != nil {
			return err
		}
		for i, word := range row.Tokens {
			if row.Knowledge[i] != "O" {
				s.word(word, row.Knowledge[i][0], true)
			} else {
				s.word(word, row.Skill[i][0], false)
			}
		}
		s.sentence()
	}
	return nil
}

// extractGreen asks for the skill spans of the green sentences, which are of every trade; a mention in a span of another
// kind is not wrong.
func extractGreen(_ context.Context, r *report) error {
	path, err := r.shared("text/green_sentences.csv")
	if err != nil {
		return err
	}
	s, err := newSpans()
	if err != nil {
		return err
	}
	last := ""
	err = eachRow(path, func(row []string) {
		if row[0] != last && last != "" {
			s.sentence()
		}
		last = row[0]
		s.word(row[1], row[3][0], strings.HasSuffix(row[3], "Skill"))
	})
	s.sentence()
	s.report(r, "green sentences")
	return err
}
