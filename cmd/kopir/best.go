package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"

	"kopir/api"
	"kopir/domain"
)

// matchBestCommand writes the best programmes of every open demand to a file.
type matchBestCommand struct {
	File    string   `arg:"" type:"path" help:"Where to write. It appears when it is complete, in place of what was there."`
	Limit   int      `default:"10" help:"How many programmes for each demand, 1 to 100."`
	Regions []string `name:"region" help:"Only demands in a region, e.g. KZ-75; repeatable."`
	Sectors []string `name:"sector" help:"Only demands of a sector, e.g. J; repeatable."`
}

// Run reads the market, matches with all processors and writes.
func (c *matchBestCommand) Run(ctx context.Context, cfg *config, t *terminal) (err error) {
	ask := domain.BestAsk{Limit: min(max(c.Limit, 1), 100)}
	if ask.Constraints.Regions, err = parsedAll("--region", c.Regions, domain.ParseRegion); err != nil {
		return err
	}
	if ask.Constraints.Sectors, err = parsedAll("--sector", c.Sectors, domain.ParseSector); err != nil {
		return err
	}
	a, err := open(ctx, cfg, cfg.logger(t))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	matching, err := a.matchingOnly(ctx, t)
	if err != nil {
		return err
	}
	found, err := matching.Best(ctx, operator, ask)
	if err != nil {
		return err
	}
	p := t.progress("matching demands", 0)
	if err := c.write(counted(found, p)); err != nil {
		return err
	}
	p.end()
	t.say("%d demands written to %s", p.done, c.File)
	return nil
}

// write writes beside the file and then puts that in its place.
func (c *matchBestCommand) write(lines iter.Seq2[domain.BestOf, error]) (err error) {
	part := c.File + ".part"
	file, err := os.Create(part) //nolint:gosec // the operator's own choice
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(part))
		}
	}()
	out := bufio.NewWriterSize(file, 1<<16)
	if err := errors.Join(api.WriteBest(out, lines), out.Flush(), file.Close()); err != nil {
		return err
	}
	return os.Rename(part, c.File)
}

// counted shows how many have passed.
func counted(lines iter.Seq2[domain.BestOf, error], p *progress) iter.Seq2[domain.BestOf, error] {
	return func(yield func(domain.BestOf, error) bool) {
		for b, err := range lines {
			if err == nil {
				p.step(1)
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

// parsedAll reads the values of an option.
func parsedAll[T any](option string, list []string, parse func(string) (T, error)) ([]T, error) {
	var out []T
	for _, s := range list {
		v, err := parse(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", option, err)
		}
		out = append(out, v)
	}
	return out, nil
}
