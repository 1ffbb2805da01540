package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"kopir/data"
	"kopir/domain"
	"kopir/internal/marketgen"
	"kopir/search"
	"kopir/search/reading"
)

// speed measures how long finding competences takes as somebody types, in the catalogue that ships and in one ten times as
// large. Its figures are for information: they depend on the machine.
func speed(ctx context.Context, r *report) error {
	catalogue, err := data.Catalogue()
	if err != nil {
		return err
	}
	large, err := marketgen.Enlarged(catalogue, 10)
	if err != nil {
		return err
	}
	for _, c := range []*domain.Catalogue{catalogue, large} {
		known := reading.NewCatalogue(c)
		for _, kind := range []struct {
			name  string
			write func(label string, n int) string
		}{
			{"typed letter by letter", func(label string, n int) string { return string([]rune(label)[:1+n%len([]rune(label))]) }},
			{"the first letter", func(label string, _ int) string { return string([]rune(label)[:1]) }},
			{"mistyped", func(label string, _ int) string { return mistyped(label) }},
			{"transliterated", func(label string, _ int) string { return schemes["ru"]["informal"](label) }},
			{"wrong layout", func(label string, _ int) string { return layouts["ru"]["Latin instead"](label) }},
		} {
			if err := ctx.Err(); err != nil {
				return err
			}
			times := measure(known, c.Competences(), kind.write)
			name := fmt.Sprintf("time to find one of %d, %s", len(c.Competences()), kind.name)
			r.add(name+", median", milliseconds(times[len(times)/2]), "ms", len(times))
			r.add(name+", p99", milliseconds(times[len(times)*99/100]), "ms", len(times))
		}
	}
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// questions is how many are asked for one figure.
const questions = 1000

// measure returns the times of questions about competences drawn at random, the shortest first.
func measure(known *reading.Catalogue, list []domain.Competence, write func(label string, n int) string) []time.Duration {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // always the same
	var times []time.Duration
	for n := range questions {
		words := write(list[random.IntN(len(list))].Label.RU, n)
		start := time.Now()
		known.Find(search.CompetenceQuery{Words: words, Language: domain.Russian, Limit: 20})
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	return times
}
