package api

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"kopir/api/gen"
	"kopir/domain"
	"kopir/internal/files"
)

// linkedFor is for whom things are written as files.
func (s *server) linkedFor(ctx context.Context) files.View {
	return files.View{Language: languageOf(ctx), Catalogue: s.Market.Catalogue(), URL: s.PublicURL}
}

// Limits of whole files.
const (
	maxDumps  = 4   // that are written at once: others are asked to wait
	dumpBatch = 200 // things that are read at once
)

// dump is a file of all that is published of a side, written while it is read. What goes wrong before anything is sent is a
// problem like any other; after that the connection is cut, which nobody takes for the end of the file.
type dump struct {
	ctx    context.Context //nolint:containedctx // of the request that it answers
	server *server
	side   domain.Side
	format files.Format
}

// ExportDemands gives everything that is published by employers.
func (s *server) ExportDemands(ctx context.Context, r gen.ExportDemandsRequestObject) (gen.ExportDemandsResponseObject, error) {
	return dump{ctx, s, domain.DemandSide, formatOf(r.Params.Format)}, nil
}

// ExportProgrammes gives everything that is published by institutions.
func (s *server) ExportProgrammes(ctx context.Context, r gen.ExportProgrammesRequestObject) (gen.ExportProgrammesResponseObject, error) {
	return dump{ctx, s, domain.ProgrammeSide, formatOf(r.Params.Format)}, nil
}

func formatOf[T ~string](asked *T) files.Format {
	if asked == nil {
		return files.CSV
	}
	return files.Format(*asked)
}

// VisitExportDemandsResponse writes the file.
func (d dump) VisitExportDemandsResponse(w http.ResponseWriter) error { return d.write(w) }

// VisitExportProgrammesResponse writes the file.
func (d dump) VisitExportProgrammesResponse(w http.ResponseWriter) error { return d.write(w) }

func (d dump) write(w http.ResponseWriter) error {
	select {
	case d.server.dumps <- struct{}{}:
		defer func() { <-d.server.dumps }()
	default:
		return refuse(unavailable, domain.CodeUnavailable)
	}
	w.Header().Set("Content-Type", files.Types[d.format][0])
	w.Header().Set("Content-Disposition", attachment(string(d.side), d.format))
	to := bufio.NewWriterSize(w, 64<<10)
	out, err := writerOf(d.format, d.side, d.server.linkedFor(d.ctx), to)
	if err != nil {
		return err
	}
	if err := d.things(http.NewResponseController(w), out); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return to.Flush()
}

func writerOf(format files.Format, side domain.Side, v files.View, to io.Writer) (files.Writer, error) {
	if format == files.JSONL {
		return lineWriter{json.NewEncoder(to)}, nil
	}
	return files.NewWriter(format, side, v, to)
}

// things writes all things of the side. Each batch has as long as a whole answer has elsewhere.
func (d dump) things(connection *http.ResponseController, out files.Writer) error {
	longer := func() { _ = connection.SetWriteDeadline(time.Now().Add(answerWithin)) } // where there is none, none needs to be moved
	if d.side == domain.DemandSide {
		return d.server.Lookup.PublishedDemands(d.ctx, dumpBatch, func(list []*domain.Demand) error {
			longer()
			return withOwners(d.ctx, d.server, list, func(d *domain.Demand) uuid.UUID { return d.OrganisationID }, out.Demand)
		})
	}
	return d.server.Lookup.PublishedProgrammes(d.ctx, dumpBatch, func(list []*domain.Programme) error {
		longer()
		return withOwners(d.ctx, d.server, list, func(p *domain.Programme) uuid.UUID { return p.OrganisationID }, out.Programme)
	})
}

// withOwners writes a batch; what has lost its owner meanwhile is left out.
func withOwners[T any](ctx context.Context, s *server, list []T, owner func(T) uuid.UUID, write func(T, *domain.Organisation) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	of, err := owners(ctx, s.Lookup, list, owner)
	if err != nil {
		return err
	}
	for _, one := range list {
		if o := of[owner(one)]; o != nil {
			if err := write(one, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// lineWriter writes things as bodies that the API takes, one a line.
type lineWriter struct{ to *json.Encoder }

// Demand writes a demand.
func (w lineWriter) Demand(d *domain.Demand, _ *domain.Organisation) error {
	return w.to.Encode(struct {
		ExternalID uuid.UUID `json:"external_id"`
		gen.DemandInput
	}{d.ID, demandInput(d)})
}

// Programme writes a programme.
func (w lineWriter) Programme(p *domain.Programme, _ *domain.Organisation) error {
	return w.to.Encode(struct {
		ExternalID uuid.UUID `json:"external_id"`
		gen.ProgrammeInput
	}{p.ID, programmeInput(p)})
}

// Close has nothing to add.
func (lineWriter) Close() error { return nil }

// ListChanges says what was published or withdrawn since a position.
func (s *server) ListChanges(ctx context.Context, r gen.ListChangesRequestObject) (gen.ListChangesResponseObject, error) {
	if r.Params.Since == nil {
		head, err := s.Changes.Head(ctx)
		return gen.ListChanges200JSONResponse{Items: []gen.PublishedChange{}, Next: *s.cursors.encode(ctx, head)}, err
	}
	var since domain.Position
	if err := s.cursors.decode(ctx, r.Params.Since, &since); err != nil {
		return nil, refuse(unreadable, domain.CodeBadCursor).at(place{parameter: "since", reason: domain.Reason{Code: domain.CodeBadCursor}})
	}
	limit := limitOf(r.Params.Limit)
	changes, next, err := s.Changes.Changes(ctx, since, limit)
	if domain.KindOf(err) == domain.Stale {
		return nil, refuse(gone, codeChangesForgotten)
	}
	if err != nil {
		return nil, err
	}
	items, err := s.published(ctx, changes)
	return gen.ListChanges200JSONResponse{Items: items, Next: *s.cursors.encode(ctx, next), More: len(changes) == limit}, err
}

// published says which changed things everybody may see now, and which not any more. What never was public is nobody's to
// know of.
func (s *server) published(ctx context.Context, changes []domain.Change) ([]gen.PublishedChange, error) {
	ids := make(map[domain.ChangeKind][]uuid.UUID)
	for _, c := range changes {
		if !slices.Contains(ids[c.Kind], c.ID) {
			ids[c.Kind] = append(ids[c.Kind], c.ID)
		}
	}
	demands, err := s.Lookup.Demands(ctx, ids[domain.ChangedDemand])
	if err != nil {
		return nil, err
	}
	programmes, err := s.Lookup.Programmes(ctx, ids[domain.ChangedProgramme])
	if err != nil {
		return nil, err
	}
	items := []gen.PublishedChange{}
	for _, c := range changes {
		item := gen.PublishedChange{Id: c.ID, State: gen.PublishedChangeStateRemoved, ChangedAt: c.At.UTC()}
		listed, everPublic := false, true // of what is gone nobody knows any more whether it was
		switch c.Kind {
		case domain.ChangedDemand:
			item.Side = gen.MarketSideDemands
			if d := demands[c.ID]; d != nil {
				listed, everPublic = d.Listed(), !d.PublishedAt.IsZero()
			}
		case domain.ChangedProgramme:
			item.Side = gen.MarketSideProgrammes
			if p := programmes[c.ID]; p != nil {
				listed, everPublic = p.Listed(), !p.PublishedAt.IsZero()
			}
		default:
			continue
		}
		if listed {
			item.State = gen.PublishedChangeStatePublished
		}
		if listed || everPublic {
			items = append(items, item)
		}
	}
	return items, nil
}
