package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"kopir/api/gen"
	"kopir/domain"
	"kopir/internal/files"
)

// CreateImport takes a file to be imported in the background.
func (s *server) CreateImport(ctx context.Context, r gen.CreateImportRequestObject) (gen.CreateImportResponseObject, error) {
	x := exchangeOf(ctx)
	format, _ := files.FormatOf(x.media) // the contract has named them
	rows, err := files.Read(format, x.charset, domain.Side(r.Params.Side), x.body)
	var refused *files.Refusal
	if errors.As(err, &refused) {
		return nil, refuse(invalid, domain.CodeInvalid, 1).at(place{reason: refused.Reason})
	}
	if err != nil {
		return nil, err
	}
	i, err := s.Imports.Begin(ctx, x.actor, domain.ImportForm{
		Organisation: r.Params.OrganisationId, Side: string(r.Params.Side), Format: string(format), Publish: said(r.Params.Publish),
		Rehearsal: said(r.Params.DryRun), Rows: rows,
	})
	if err != nil {
		return nil, err
	}
	return gen.CreateImport202JSONResponse{
		Body: s.viewFor(ctx).importBody(i), Headers: gen.CreateImport202ResponseHeaders{Location: "/v1/imports/" + i.ID.String()},
	}, nil
}

// GetImport says how far an import is.
func (s *server) GetImport(ctx context.Context, r gen.GetImportRequestObject) (gen.GetImportResponseObject, error) {
	i, err := s.Imports.Import(ctx, actorOf(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return gen.GetImport200JSONResponse(s.viewFor(ctx).importBody(i)), nil
}

// ListImportRows lists rows of an import.
func (s *server) ListImportRows(ctx context.Context, r gen.ListImportRowsRequestObject) (gen.ListImportRowsResponseObject, error) {
	q := domain.ImportRowList{Import: r.Id, State: domain.RowState(said(r.Params.State)), Limit: limitOf(r.Params.Limit)}
	if err := s.cursors.decode(ctx, r.Params.Cursor, &q.After); err != nil {
		return nil, err
	}
	rows, total, err := s.Imports.Rows(ctx, actorOf(ctx), further(q))
	if err != nil {
		return nil, err
	}
	out := gen.ListImportRows200JSONResponse{Total: total}
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		out.NextCursor = s.cursors.encode(ctx, rows[q.Limit-1].Number)
	}
	out.Items = mapped(rows, s.viewFor(ctx).importRow)
	return out, nil
}

// further asks for one row more than a page has, which tells whether there is another.
func further(q domain.ImportRowList) domain.ImportRowList {
	q.Limit++
	return q
}

// RepairImportRow takes a faulty row once more.
func (s *server) RepairImportRow(ctx context.Context, r gen.RepairImportRowRequestObject) (gen.RepairImportRowResponseObject, error) {
	patch := r.ApplicationMergePatchPlusJSONBody
	if patch == nil {
		patch = r.JSONBody
	}
	row, err := s.Imports.Repair(ctx, actorOf(ctx), r.Id, r.Row, func(c domain.Cells) {
		for column, cell := range patch.Cells {
			if cell == nil || *cell == "" {
				delete(c, column)
			} else {
				c[column] = *cell
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return gen.RepairImportRow200JSONResponse(s.viewFor(ctx).importRow(*row)), nil
}

// DownloadFaultyRows gives the faulty rows as a table that can be put right and sent back.
func (s *server) DownloadFaultyRows(ctx context.Context, r gen.DownloadFaultyRowsRequestObject) (gen.DownloadFaultyRowsResponseObject, error) {
	i, err := s.Imports.Import(ctx, actorOf(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	rows, _, err := s.Imports.Rows(ctx, actorOf(ctx), domain.ImportRowList{Import: r.Id, State: domain.RowFaulty, Limit: domain.MaxImportRows})
	if err != nil {
		return nil, err
	}
	var table bytes.Buffer
	err = files.FaultyTable(i.Side, rows, func(r domain.Reason) string { return say(r, languageOf(ctx)) }, &table)
	return gen.DownloadFaultyRows200TextcsvResponse{
		Body: &table, ContentLength: int64(table.Len()),
		Headers: gen.DownloadFaultyRows200ResponseHeaders{ContentDisposition: attachment(string(i.Side)+"-faulty", files.CSV)},
	}, err
}

// attachment says how a file is called.
func attachment(name string, f files.Format) string {
	return `attachment; filename="` + name + `.` + string(f) + `"`
}

func (v view) importBody(i *domain.Import) gen.Import {
	out := gen.Import{
		Id: i.ID, OrganisationId: i.Organisation, Side: gen.MarketSide(i.Side), Format: gen.ExchangeFormat(i.Format), Publish: i.Publish, DryRun: i.Rehearsal,
		Status: gen.ImportStatus(i.Status), Rows: i.Rows(), CreatedAt: i.CreatedAt.UTC(), FinishedAt: knownTime(i.FinishedAt),
	}
	out.Counts.Waiting, out.Counts.Created, out.Counts.Revised = i.Counts[domain.RowWaiting], i.Counts[domain.RowCreated], i.Counts[domain.RowRevised]
	out.Counts.Unchanged, out.Counts.Faulty = i.Counts[domain.RowUnchanged], i.Counts[domain.RowFaulty]
	if i.StoppedBecause.Code != "" {
		out.StoppedBecause = known(say(i.StoppedBecause, v.lang))
	}
	return out
}

func (v view) importRow(r domain.ImportRow) gen.ImportRow {
	out := gen.ImportRow{Row: r.Number, State: gen.ImportRowState(r.State), ThingId: known(r.Thing), Cells: r.Cells, Faults: mapped(r.Faults, v.importFault)}
	if out.Cells == nil {
		out.Cells = map[string]string{}
	}
	return out
}

func (v view) importFault(f domain.RowFault) gen.ImportFault {
	return gen.ImportFault{Column: known(f.Column), Item: known(f.Item), Code: string(f.Reason.Code), Message: clip(say(f.Reason, v.lang), 5000)}
}

// GetImportTemplate gives a file to begin with.
func (s *server) GetImportTemplate(ctx context.Context, r gen.GetImportTemplateRequestObject) (gen.GetImportTemplateResponseObject, error) {
	return template{s.linkedFor(ctx), domain.Side(r.Params.Side), formatOf(r.Params.Format)}, nil
}

// template is a file with one example.
type template struct {
	view   files.View
	side   domain.Side
	format files.Format
}

// VisitGetImportTemplateResponse writes the file.
func (t template) VisitGetImportTemplateResponse(w http.ResponseWriter) error {
	var text bytes.Buffer
	out, err := writerOf(t.format, t.side, t.view, &text)
	if err != nil {
		return err
	}
	if t.side == domain.DemandSide {
		err = out.Demand(files.ExampleDemand(t.view), &domain.Organisation{})
	} else {
		err = out.Programme(files.ExampleProgramme(t.view), &domain.Organisation{})
	}
	if err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	w.Header().Set("Content-Type", files.Types[t.format][0])
	w.Header().Set("Content-Disposition", attachment(string(t.side)+"-template", t.format))
	_, err = w.Write(text.Bytes())
	return err
}
