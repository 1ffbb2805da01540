package api

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/domain"
	"kopir/internal/files"
	"kopir/search/reading"
)

// mortal reads rows until its process ends.
type mortal struct {
	*files.Reader
	left int
	end  context.CancelFunc
}

// Demand reads a row, the last one while the process ends.
func (r *mortal) Demand(c domain.Cells, of *domain.Catalogue) (domain.DemandForm, []domain.RowFault) {
	if r.left--; r.left == 0 {
		r.end()
	}
	return r.Reader.Demand(c, of)
}

func TestAnImportGoesOnWhereTheProcessEnded(t *testing.T) {
	onBoth(t, func(t *testing.T, on func(*setting)) {
		w := openMarketplace(t, on)
		dala := w.owner("employer", "dala")
		var table strings.Builder
		table.WriteString(demandTable)
		for i := range 450 {
			fmt.Fprintf(&table, "r%d,Разработчик %d,job,remote,,1,2027-03-01,,,ru,Python | 5\n", i, i)
		}
		sent := dala.sendFile("demands", "text/csv", "&publish=true", []byte(table.String())).expect(202)
		reader := files.NewReader(func(c *domain.Catalogue) files.Names { return reading.NewCatalogue(c) })
		ctx, end := context.WithCancel(t.Context())
		first := domain.NewImports(w.deps.Market, &mortal{Reader: reader, left: 300, end: end})
		more, err := first.Step(ctx)
		require.NoError(t, err)
		require.True(t, more)
		_, err = first.Step(ctx)
		require.ErrorIs(t, err, context.Canceled)
		left := dala.get("/v1/imports/"+sent.id()).expect(200).is("status", "running")
		left.is("counts", m{"waiting": 250, "created": 200, "revised": 0, "unchanged": 0, "faulty": 0})
		dala.get("/v1/organisations/"+dala.org+"/demands").expect(200).is("total", 200)

		second := domain.NewImports(w.deps.Market, reader)
		for more := true; more; {
			more, err = second.Step(t.Context())
			require.NoError(t, err)
		}
		dala.get("/v1/imports/"+sent.id()).expect(200).counts(450, 0, 0, 0)
		things := dala.pages("/v1/imports/"+sent.id()+"/rows?limit=100", "thing_id")
		require.Len(t, things, 450)
		once := map[any]bool{}
		for _, id := range things {
			once[id] = true
		}
		require.Len(t, once, 450, "each row is a thing of its own")
		versions := dala.pages("/v1/organisations/"+dala.org+"/demands?limit=100", "version")
		require.Len(t, versions, 450)
		for _, version := range versions {
			require.Equal(t, versions[0], version, "none was revised again")
		}
	})
}
