package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"kopir/domain"

	_ "modernc.org/sqlite" // the driver
)

// sqlEngine answers in SQL what can be said in one query: relations expanded into a table, a join, the best credit of
// each requirement, the sum, the full order.
type sqlEngine struct {
	db     *sql.DB
	folder string
}

const schema = `
create table programme (n integer primary key, id blob not null, weeks integer);
create table outcome (competence text not null, programme integer not null, level integer not null,
	primary key (competence, programme, level)) without rowid;
create table demand (n integer primary key, id blob not null, points_of integer not null, openings integer not null, valid_through integer not null);
create table requirement (competence text not null, demand integer not null, position integer not null, level integer not null, weight integer not null,
	primary key (competence, demand, position)) without rowid;
create table relation (asked text not null, offered text not null, quarters integer not null,
	primary key (asked, offered)) without rowid;
create index relation_offered on relation (offered, asked, quarters);
`

// programmesQuery wants the asked requirements as rows of (position, competence, level, weight).
const programmesQuery = `
with asked(position, competence, level, weight) as (values %s),
credit(programme, position, weight, credit) as (
	select o.programme, a.position, a.weight, max(r.quarters * (840 / a.level) * min(o.level, a.level))
	from asked a
	join relation r on r.asked = a.competence
	join outcome o on o.competence = r.offered
	group by o.programme, a.position
),
scored(programme, points, musts_met) as (
	select programme, sum(weight * credit), sum(weight = 4 and credit = 3360) from credit group by programme
)
select p.id, s.points, s.musts_met, coalesce(p.weeks, 0), count(*) over ()
from scored s join programme p on p.n = s.programme
order by s.points desc, s.musts_met desc, p.weeks is null, p.weeks, p.id
limit ?`

// demandsQuery wants the outcomes as rows of (competence, level). A quotient of integers this small is the same float
// exactly when the fraction is the same, so the order is exact.
const demandsQuery = `
with offered(competence, level) as (values %s),
credit(demand, weight, credit) as (
	select q.demand, q.weight, max(r.quarters * (840 / q.level) * min(o.level, q.level))
	from offered o
	join relation r on r.offered = o.competence
	join requirement q on q.competence = r.asked
	group by q.demand, q.position
),
scored(demand, points) as (select demand, sum(weight * credit) from credit group by demand)
select d.id, s.points, d.points_of, d.openings, count(*) over ()
from scored s join demand d on d.n = s.demand
where d.valid_through >= ?
order by cast(s.points as real) / d.points_of desc, d.points_of desc, d.openings desc, d.id
limit ?`

// openSQL fills a database in a temporary file.
func openSQL(ctx context.Context, m *market) (*sqlEngine, error) {
	folder, err := os.MkdirTemp("", "benchmatch")
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", filepath.Join(folder, "market.db")+
		"?_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=cache_size(-1000000)")
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	db.SetMaxOpenConns(1)
	e := &sqlEngine{db, folder}
	if err := e.fill(ctx, m); err != nil {
		e.close()
		return nil, fmt.Errorf("filling SQLite: %w", err)
	}
	return e, nil
}

func (e *sqlEngine) close() {
	_ = e.db.Close()           // nothing in it is kept
	_ = os.RemoveAll(e.folder) // likewise
}

func (e *sqlEngine) fill(ctx context.Context, m *market) error {
	if _, err := e.db.ExecContext(ctx, schema); err != nil {
		return err
	}
	tx, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after the commit there is nothing to undo
	if err := fillRelations(ctx, tx, m); err != nil {
		return err
	}
	if err := fillProgrammes(ctx, tx, m); err != nil {
		return err
	}
	if err := fillDemands(ctx, tx, m); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "analyze"); err != nil {
		return err
	}
	return tx.Commit()
}

func fillRelations(ctx context.Context, tx *sql.Tx, m *market) error {
	insert, err := tx.PrepareContext(ctx, "insert into relation values (?, ?, ?)")
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	for _, c := range m.catalogue.Competences() {
		for _, k := range m.catalogue.Relations().Serving(c.ID) {
			if _, err := insert.ExecContext(ctx, string(c.ID), string(k.ID), k.Relation.Quarters()); err != nil {
				return err
			}
		}
	}
	return nil
}

func fillProgrammes(ctx context.Context, tx *sql.Tx, m *market) error {
	programme, err := tx.PrepareContext(ctx, "insert into programme values (?, ?, nullif(?, 0))")
	if err != nil {
		return err
	}
	defer func() { _ = programme.Close() }()
	outcome, err := tx.PrepareContext(ctx, "insert into outcome values (?, ?, ?)")
	if err != nil {
		return err
	}
	defer func() { _ = outcome.Close() }()
	for i, p := range m.programmes {
		if _, err := programme.ExecContext(ctx, i, p.ID[:], p.Weeks); err != nil {
			return err
		}
		for _, o := range p.Outcomes {
			if _, err := outcome.ExecContext(ctx, string(o.Competence), i, int(o.Level)); err != nil {
				return err
			}
		}
	}
	return nil
}

func fillDemands(ctx context.Context, tx *sql.Tx, m *market) error {
	demand, err := tx.PrepareContext(ctx, "insert into demand values (?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer func() { _ = demand.Close() }()
	requirement, err := tx.PrepareContext(ctx, "insert into requirement values (?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer func() { _ = requirement.Close() }()
	for i, d := range m.demands {
		var of int64
		for at, r := range d.Requirements {
			of += r.Importance.Weight() * int64(domain.Whole)
			if _, err := requirement.ExecContext(ctx, string(r.Competence), i, at, int(r.Level), r.Importance.Weight()); err != nil {
				return err
			}
		}
		if _, err := demand.ExecContext(ctx, i, d.ID[:], of, d.Openings, int(d.ValidThrough)); err != nil {
			return err
		}
	}
	return nil
}

// Programmes answers a query without constraints and own levels.
func (e *sqlEngine) Programmes(ctx context.Context, q domain.ProgrammeQuery) ([]domain.ProgrammeRank, int, error) {
	var args []any
	for i, r := range q.Requirements {
		args = append(args, i, string(r.Competence), int(r.Level), r.Importance.Weight())
	}
	text := fmt.Sprintf(programmesQuery, rowsOf("(?, ?, ?, ?)", len(q.Requirements))) //nolint:gosec // placeholders only
	rows, err := e.db.QueryContext(ctx, text, append(args, q.Limit)...)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = rows.Close() }()
	var ranks []domain.ProgrammeRank
	total := 0
	for rows.Next() {
		var r domain.ProgrammeRank
		var id []byte
		if err := rows.Scan(&id, &r.Points, &r.MustsMet, &r.Weeks, &total); err != nil {
			return nil, 0, err
		}
		copy(r.ID[:], id)
		ranks = append(ranks, r)
	}
	return ranks, total, rows.Err()
}

// Demands answers a query without constraints.
func (e *sqlEngine) Demands(ctx context.Context, q domain.DemandQuery) ([]domain.DemandRank, int, error) {
	var args []any
	for _, o := range q.Outcomes {
		args = append(args, string(o.Competence), int(o.Level))
	}
	text := fmt.Sprintf(demandsQuery, rowsOf("(?, ?)", len(q.Outcomes))) //nolint:gosec // placeholders only
	rows, err := e.db.QueryContext(ctx, text, append(args, int(q.Today), q.Limit)...)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = rows.Close() }()
	var ranks []domain.DemandRank
	total := 0
	for rows.Next() {
		var r domain.DemandRank
		var id []byte
		if err := rows.Scan(&id, &r.Points, &r.Of, &r.Openings, &total); err != nil {
			return nil, 0, err
		}
		copy(r.ID[:], id)
		ranks = append(ranks, r)
	}
	return ranks, total, rows.Err()
}

func rowsOf(row string, n int) string {
	return strings.TrimSuffix(strings.Repeat(row+", ", n), ", ")
}
