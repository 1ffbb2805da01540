package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"kopir/domain"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// kept is what an instance keeps of one imported thing, apart from when it was kept.
type kept struct {
	Organisation uuid.UUID
	Source       domain.Source
	Status       string
	Demand       domain.DemandTerms
	Programme    domain.ProgrammeTerms
}

// instance seeds a marketplace of its own, imports a file into it, and returns everything in it.
func instance(t *testing.T, file string, publish bool) map[uuid.UUID]kept {
	t.Helper()
	cfg := &config{DataDir: t.TempDir(), PublicURL: "http://127.0.0.1", DatabaseConns: 2, LogLevel: "error", LogFormat: "text"}
	screen := &terminal{out: io.Discard, err: new(bytes.Buffer)}
	require.NoError(t, (&seedCommand{}).Run(t.Context(), cfg, screen))
	command := &importCommand{File: file, Organisation: "190340990003", Publish: publish, Format: "auto", WorkMode: "remote", ValidThrough: "2198-12-31"}
	require.NoError(t, command.Run(t.Context(), cfg, screen), screen.err)
	a, err := open(t.Context(), cfg, cfg.logger(screen))
	require.NoError(t, err)
	defer func() { require.NoError(t, a.close()) }()
	all := make(map[uuid.UUID]kept)
	require.NoError(t, a.store.PublishedDemands(t.Context(), 500, func(list []*domain.Demand) error {
		for _, d := range list {
			all[d.ID] = kept{Organisation: d.OrganisationID, Source: *d.Source, Status: string(d.Status), Demand: d.DemandTerms}
		}
		return nil
	}))
	require.NoError(t, a.store.PublishedProgrammes(t.Context(), 500, func(list []*domain.Programme) error {
		for _, p := range list {
			all[p.ID] = kept{Organisation: p.OrganisationID, Source: *p.Source, Status: string(p.Status), Programme: p.ProgrammeTerms}
		}
		return nil
	}))
	return all
}

func TestTwoInstancesFedTheSameAreEqual(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ads.csv")
	require.NoError(t, os.WriteFile(file, []byte("ad_id,skills\n1,Python|SQL\n2,senior|Java|Linux\n"), 0o600))
	one, two := instance(t, file, true), instance(t, file, true)
	require.Empty(t, cmp.Diff(one, two))
	require.Greater(t, len(one), 200, "the demo and the file")

	drafts := instance(t, file, false)
	require.Len(t, drafts, len(one)-2, "the control: what is imported as drafts is not public")
}
