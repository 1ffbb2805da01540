package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// sqlEngine answers in SQL what can be said in one query: relations expanded into a table, a join, the best credit of
// each requirement, the sum, the full order. It is Postgres on one core, with memory enough to sort in and without
// just-in-time compilation, which would only cost it.
type sqlEngine struct {
	conn *pgx.Conn
	drop func(context.Context) error
}

const schema = `
create table programme (n integer not null, id uuid not null, weeks integer);
create table outcome (competence text not null, programme integer not null, level integer not null);
create table demand (n integer not null, id uuid not null, points_of integer not null, openings integer not null, valid_through integer not null);
create table requirement (competence text not null, demand integer not null, position integer not null, level integer not null, weight integer not null);
create table relation (asked text not null, offered text not null, quarters integer not null);
`

const indexes = `
alter table programme add primary key (n);
alter table demand add primary key (n);
create index on outcome (competence) include (programme, level);
create index on requirement (competence) include (demand, position, level, weight);
create index on relation (asked) include (offered, quarters);
create index on relation (offered) include (asked, quarters);
`

const settings = "set max_parallel_workers_per_gather = 0; set jit = off; set work_mem = '1GB'"

// programmesQuery wants the asked requirements as rows of (position, competence, level, weight).
const programmesQuery = `
with asked(position, competence, level, weight) as (values %s),
credit(programme, position, weight, credit) as (
	select o.programme, a.position, a.weight, max(r.quarters * (840 / a.level) * least(o.level, a.level))
	from asked a
	join relation r on r.asked = a.competence
	join outcome o on o.competence = r.offered
	group by o.programme, a.position, a.weight
),
scored(programme, points, musts_met) as (
	select programme, sum(weight * credit), count(*) filter (where weight = 4 and credit = 3360) from credit group by programme
)
select p.id, s.points, s.musts_met, coalesce(p.weeks, 0), count(*) over ()
from scored s join programme p on p.n = s.programme
order by s.points desc, s.musts_met desc, p.weeks nulls last, p.id
limit %d`

// demandsQuery wants the outcomes as rows of (competence, level). A quotient of integers this small is the same float
// exactly when the fraction is the same, so the order is exact.
const demandsQuery = `
with offered(competence, level) as (values %s),
credit(demand, weight, credit) as (
	select q.demand, q.weight, max(r.quarters * (840 / q.level) * least(o.level, q.level))
	from offered o
	join relation r on r.offered = o.competence
	join requirement q on q.competence = r.asked
	group by q.demand, q.position, q.weight
),
scored(demand, points) as (select demand, sum(weight * credit) from credit group by demand)
select d.id, s.points, d.points_of, d.openings, count(*) over ()
from scored s join demand d on d.n = s.demand
where d.valid_through >= %d
order by s.points::double precision / d.points_of desc, d.points_of desc, d.openings desc, d.id
limit %d`

// openSQL fills a database of its own on the server that the environment names.
func openSQL(ctx context.Context, m *market) (_ *sqlEngine, err error) {
	server := os.Getenv("KOPIR_TEST_POSTGRES_URL")
	u, err := url.Parse(server)
	if err != nil || server == "" {
		return nil, errors.New("KOPIR_TEST_POSTGRES_URL must name a server, see scripts/testenv.sh")
	}
	name := "bench_" + strings.ReplaceAll(uuid.NewString(), "-", "")[:12]
	if err := administer(ctx, server, "create database "+name); err != nil {
		return nil, err
	}
	e := &sqlEngine{drop: func(ctx context.Context) error {
		return administer(ctx, server, "drop database "+name+" with (force)")
	}}
	u.Path = "/" + name
	if e.conn, err = pgx.Connect(ctx, u.String()); err == nil {
		err = e.fill(ctx, m)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("filling Postgres: %w", err), e.close(ctx))
	}
	return e, nil
}

// administer runs a statement on a server.
func administer(ctx context.Context, server, statement string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

// close drops the database, also when ctx has ended.
func (e *sqlEngine) close(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var err error
	if e.conn != nil {
		err = e.conn.Close(ctx)
	}
	return errors.Join(err, e.drop(ctx))
}

func (e *sqlEngine) fill(ctx context.Context, m *market) error {
	if _, err := e.conn.Exec(ctx, settings+";"+schema); err != nil {
		return err
	}
	for _, t := range []struct {
		name    string
		columns []string
		rows    pgx.CopyFromSource
	}{
		{"relation", []string{"asked", "offered", "quarters"}, m.relationRows()},
		{"programme", []string{"n", "id", "weeks"}, m.programmeRows()},
		{"outcome", []string{"competence", "programme", "level"}, m.outcomeRows()},
		{"demand", []string{"n", "id", "points_of", "openings", "valid_through"}, m.demandRows()},
		{"requirement", []string{"competence", "demand", "position", "level", "weight"}, m.requirementRows()},
	} {
		if _, err := e.conn.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, t.rows); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	if _, err := e.conn.Exec(ctx, indexes); err != nil {
		return err
	}
	_, err := e.conn.Exec(ctx, "vacuum analyze")
	return err
}

// copied are the rows of things that have several each, or one.
func copied[T any](things []T, rows func(n int, t T) [][]any) pgx.CopyFromSource {
	var some [][]any
	n := 0
	return pgx.CopyFromFunc(func() ([]any, error) {
		for len(some) == 0 && n < len(things) {
			some = rows(n, things[n])
			n++
		}
		if len(some) == 0 {
			return nil, nil
		}
		row := some[0]
		some = some[1:]
		return row, nil
	})
}

func (m *market) relationRows() pgx.CopyFromSource {
	return copied(m.catalogue.Competences(), func(_ int, c domain.Competence) (rows [][]any) {
		for _, k := range m.catalogue.Relations().Serving(c.ID) {
			rows = append(rows, []any{string(c.ID), string(k.ID), k.Relation.Quarters()})
		}
		return rows
	})
}

func (m *market) programmeRows() pgx.CopyFromSource {
	return copied(m.programmes, func(n int, p *domain.Programme) [][]any {
		var weeks any
		if p.Weeks > 0 {
			weeks = p.Weeks
		}
		return [][]any{{n, p.ID, weeks}}
	})
}

func (m *market) outcomeRows() pgx.CopyFromSource {
	return copied(m.programmes, func(n int, p *domain.Programme) (rows [][]any) {
		for _, o := range p.Outcomes {
			rows = append(rows, []any{string(o.Competence), n, int(o.Level)})
		}
		return rows
	})
}

func (m *market) demandRows() pgx.CopyFromSource {
	return copied(m.demands, func(n int, d *domain.Demand) [][]any {
		var of int64
		for _, r := range d.Requirements {
			of += r.Importance.Weight() * int64(domain.Whole)
		}
		return [][]any{{n, d.ID, of, d.Openings, int(d.ValidThrough)}}
	})
}

func (m *market) requirementRows() pgx.CopyFromSource {
	return copied(m.demands, func(n int, d *domain.Demand) (rows [][]any) {
		for at, r := range d.Requirements {
			rows = append(rows, []any{string(r.Competence), n, at, int(r.Level), r.Importance.Weight()})
		}
		return rows
	})
}

// Programmes answers a query without constraints and own levels.
func (e *sqlEngine) Programmes(ctx context.Context, q domain.ProgrammeQuery) (ranks []domain.ProgrammeRank, total int, err error) {
	values := make([]string, len(q.Requirements))
	for i, r := range q.Requirements {
		values[i] = fmt.Sprintf("(%d, '%s', %d, %d)", i, r.Competence, r.Level, r.Importance.Weight()) // our own, and without quotes
	}
	rows, err := e.conn.Query(ctx, fmt.Sprintf(programmesQuery, strings.Join(values, ", "), q.Limit))
	if err != nil {
		return nil, 0, err
	}
	ranks, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r domain.ProgrammeRank, err error) {
		return r, row.Scan(&r.ID, &r.Points, &r.MustsMet, &r.Weeks, &total)
	})
	return ranks, total, err
}

// Demands answers a query without constraints.
func (e *sqlEngine) Demands(ctx context.Context, q domain.DemandQuery) (ranks []domain.DemandRank, total int, err error) {
	values := make([]string, len(q.Outcomes))
	for i, o := range q.Outcomes {
		values[i] = fmt.Sprintf("('%s', %d)", o.Competence, o.Level) // our own, and without quotes
	}
	rows, err := e.conn.Query(ctx, fmt.Sprintf(demandsQuery, strings.Join(values, ", "), q.Today, q.Limit))
	if err != nil {
		return nil, 0, err
	}
	ranks, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r domain.DemandRank, err error) {
		return r, row.Scan(&r.ID, &r.Points, &r.Of, &r.Openings, &total)
	})
	return ranks, total, err
}
