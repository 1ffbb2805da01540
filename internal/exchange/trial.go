package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"kopir/domain"
	"kopir/internal/files"
	"kopir/internal/shapes"
)

// trial is an exchange on one pair of engines.
type trial struct {
	config config
	real   []realFile
	say    func(format string, args ...any)
	things map[domain.Side]map[string]object // that were sent, as the first server answers them, by id
}

var sides = []domain.Side{domain.DemandSide, domain.ProgrammeSide}

// run exchanges; what differs in one format is told, and the others are tried all the same.
func (t *trial) run(ctx context.Context, pair string) (err error) {
	from, err := newInstance(ctx, t.config, pair)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.close(ctx)) }()
	if err := t.bringIn(ctx, from); err != nil {
		return err
	}
	faults := []error{t.checkSingles(ctx, from)}
	for _, format := range files.Formats() {
		if err := t.through(ctx, from, pair, format); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", format, err))
		}
	}
	return errors.Join(faults...)
}

// bringIn sends the real files, and compares what the server then answers with what was sent.
func (t *trial) bringIn(ctx context.Context, s *instance) error {
	sent := map[domain.Side]map[string]object{domain.DemandSide: {}, domain.ProgrammeSide: {}}
	for _, f := range t.real {
		c := &cutter{end: "\n", between: "\n"}
		for _, body := range f.bodies {
			line, err := json.Marshal(body)
			if err != nil {
				return err
			}
			c.add(line)
			want := maps.Clone(body)
			delete(want, "external_id")
			sent[f.side][body["external_id"].(string)] = want
		}
		c.cut()
		began := time.Now()
		if err := t.send(ctx, s, f.side, files.JSONL, c.files, len(f.bodies)); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		t.say("imported %s: %d of %d things, the rest names nothing that the catalogue has; %.1fs", f.name, len(f.bodies), f.rows, time.Since(began).Seconds())
	}
	t.things = make(map[domain.Side]map[string]object)
	for _, side := range sides {
		byID, got := make(map[string]object), make(map[string]object)
		list, err := s.list(ctx, side)
		if err != nil {
			return err
		}
		for _, thing := range list {
			byID[thing["id"].(string)] = thing
			got[reference(thing)] = sentFields(thing)
		}
		t.things[side] = byID
		if err := fault(string(side)+" are not what was sent", differences(sent[side], got)); err != nil {
			return err
		}
		t.say("%d %s are what was sent, field by field", len(got), side)
	}
	return t.found(ctx, s)
}

// found waits until the search engine has everything. It may be too busy with what was imported to answer: then one asks again,
// as the answer says.
func (t *trial) found(ctx context.Context, s *instance) error {
	for _, side := range sides {
		refused := 0
		var list struct{ Total int }
		for until := time.Now().Add(2 * time.Minute); ; {
			err := s.ask(ctx, http.MethodGet, "/v1/"+string(side)+"?limit=1", "", nil, &list)
			if busy := new(unavailable); errors.As(err, &busy) && time.Now().Before(until) {
				refused++
				time.Sleep(time.Second)
				continue
			}
			if err != nil {
				return err
			}
			if list.Total == len(t.things[side]) {
				break
			}
			if time.Now().After(until) {
				return fmt.Errorf("a search finds %d %s of %d", list.Total, side, len(t.things[side]))
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.say("a search finds all %d %s; asked again %d times, while the engine was too busy", list.Total, side, refused)
	}
	return nil
}

// send imports files and waits for each. It returns an error unless so many things were created, and nothing else happened.
func (t *trial) send(ctx context.Context, s *instance, side domain.Side, format files.Format, list [][]byte, want int) error {
	created := 0
	for _, file := range list {
		var i struct {
			ID     string
			Status string
			Counts struct{ Waiting, Created, Revised, Unchanged, Faulty int }
		}
		path := "/v1/imports?publish=true&organisation_id=" + s.owner[side] + "&side=" + string(side)
		if err := s.ask(ctx, http.MethodPost, path, files.Types[format][0], file, &i); err != nil {
			return err
		}
		for i.Status == "running" {
			time.Sleep(100 * time.Millisecond)
			if err := s.ask(ctx, http.MethodGet, "/v1/imports/"+i.ID, "", nil, &i); err != nil {
				return err
			}
		}
		if i.Status != "finished" || i.Counts.Faulty+i.Counts.Revised+i.Counts.Unchanged > 0 {
			var rows []byte
			_ = s.ask(ctx, http.MethodGet, "/v1/imports/"+i.ID+"/rows?state=faulty&limit=3", "", nil, &rows, "Accept-Language", "en") // to show them
			return fmt.Errorf("the import is %s: %+v\n%.1500s", i.Status, i.Counts, rows)
		}
		created += i.Counts.Created
	}
	if created != want {
		return fmt.Errorf("%d things were created of %d", created, want)
	}
	return nil
}

// list returns everything of a side that is published on a server that has one organisation on it.
func (s *instance) list(ctx context.Context, side domain.Side) ([]object, error) {
	var out []object
	for cursor := ""; ; {
		var page struct {
			Items []object
			Next  string `json:"next_cursor"`
		}
		if err := s.ask(ctx, http.MethodGet, "/v1/organisations/"+s.owner[side]+"/"+string(side)+"?status=published&limit=100"+cursor, "", nil, &page); err != nil {
			return nil, err
		}
		out = append(out, page.Items...)
		if page.Next == "" {
			return out, nil
		}
		cursor = "&cursor=" + page.Next
	}
}

// reference is the sender's own id of a thing.
func reference(thing object) string {
	source, _ := thing["source"].(object)
	out, _ := source["reference"].(string)
	return out
}

// through takes everything away in a format, into an empty server, and compares.
func (t *trial) through(ctx context.Context, from *instance, pair string, format files.Format) (err error) {
	to, err := newInstance(ctx, t.config, pair)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.close(ctx)) }()
	for _, side := range sides {
		if list, err := to.list(ctx, side); err != nil {
			return err
		} else if len(list) > 0 {
			return fmt.Errorf("the other server has %d %s before anything is sent", len(list), side)
		}
		var dump []byte
		began := time.Now()
		if err := from.ask(ctx, http.MethodGet, "/v1/export/"+string(side)+"?format="+string(format), "", nil, &dump); err != nil {
			return err
		}
		took := time.Since(began)
		if format == files.JSONLD {
			if err := t.checkGraph(side, dump); err != nil {
				return err
			}
		}
		list, err := parts(format, dump)
		if err != nil {
			return err
		}
		began = time.Now()
		if err := t.send(ctx, to, side, format, list, len(t.things[side])); err != nil {
			return err
		}
		got := make(map[string]object)
		things, err := to.list(ctx, side)
		if err != nil {
			return err
		}
		for _, thing := range things {
			got[reference(thing)] = fields(thing)
		}
		want := make(map[string]object)
		for id, thing := range t.things[side] {
			want[id] = fields(thing)
		}
		if err := fault(string(side)+" differ", differences(want, got)); err != nil {
			return err
		}
		t.say("%-6s %d %s: %.1f MB written in %.1fs, imported from %d files in %.1fs, equal", format, len(got), side, float64(len(dump))/1e6, took.Seconds(), len(list), time.Since(began).Seconds())
	}
	return nil
}

// checkGraph holds each thing of a dump against its shape.
func (t *trial) checkGraph(side domain.Side, dump []byte) error {
	var whole struct {
		Context string        `json:"@context"`
		Graph   []shapes.Node `json:"@graph"`
	}
	if err := json.Unmarshal(dump, &whole); err != nil {
		return err
	}
	if whole.Context != "https://schema.org" || len(whole.Graph) != len(t.things[side]) {
		return fmt.Errorf("the graph has %d %s of %d", len(whole.Graph), side, len(t.things[side]))
	}
	var faults []string
	for _, n := range whole.Graph {
		for _, each := range shapes.Schema.Faults(n) {
			faults = append(faults, fmt.Sprint(n["@id"])+each)
		}
	}
	return fault(string(side)+" in the words of schema.org", faults)
}

// checkSingles asks for each thing alone, as schema.org and programmes in the European Learning Model too, and holds each
// answer against its shape.
func (t *trial) checkSingles(ctx context.Context, s *instance) error {
	words := []struct {
		of, accept string
		shapes     shapes.Set
		sides      []domain.Side
	}{
		{"schema.org", files.Types[files.JSONLD][0], shapes.Schema, sides},
		{"the European Learning Model", files.Types[files.JSONLD][0] + `; profile="` + files.LearningModelProfile + `"`, shapes.LearningModel, sides[1:]},
	}
	var all []error
	for _, w := range words {
		for _, side := range w.sides {
			began := time.Now()
			var faults []string
			lacks := make(map[string]int)
			for id := range t.things[side] {
				var n shapes.Node
				if err := s.ask(ctx, http.MethodGet, "/v1/"+string(side)+"/"+id, "", nil, &n, "Accept", w.accept, "Accept-Language", []string{"kk", "ru", "en"}[id[35]%3]); err != nil {
					return err
				}
				for _, each := range w.shapes.Faults(n) {
					faults = append(faults, id+each)
				}
				for _, each := range w.shapes.Lacks(n) {
					lacks[each]++
				}
			}
			slices.Sort(faults)
			all = append(all, fault(string(side)+" in the words of "+w.of, faults))
			t.say("%d %s asked for one by one as %s in %.1fs: %d faults; asked for and not known: %s", len(t.things[side]), side, w.of, time.Since(began).Seconds(), len(faults), counted(lacks))
		}
	}
	return errors.Join(all...)
}

// counted tells how many of each there are.
func counted(of map[string]int) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(of)) {
		out = append(out, fmt.Sprintf("%s of %d", name, of[name]))
	}
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}
